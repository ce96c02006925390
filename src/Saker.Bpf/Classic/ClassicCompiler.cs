using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Saker.Bpf.Classic;

/// <summary>A compiled program. It is bound to the program that it was made of, which it does not ask: a delegate that is bound to an object is called with fewer instructions.</summary>
internal delegate uint CompiledProgram(in ClassicPacket packet);

/// <summary>Compiles a program to a method: A, X and the words of memory become local variables, loads that lie in one piece a comparison and a load.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed partial class ClassicCompiler
{
    private const BindingFlags Anything = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const byte PacketArgument = 1;

    private static Type PacketReference => typeof(ClassicPacket).MakeByRefType();
    private readonly ClassicProgram _program;
    private readonly DynamicMethod _method;
    private readonly ILGenerator _code;
    private readonly Label[] _labels;
    private readonly Label _nothing;
    private readonly LocalBuilder _first;
    private readonly LocalBuilder _linear;
    private readonly LocalBuilder _loaded;
    private readonly LocalBuilder _place;
    private readonly LocalBuilder _a;
    private readonly LocalBuilder _x;
    private readonly LocalBuilder?[] _memory = new LocalBuilder?[ClassicProgram.MemoryWords];

    private ClassicCompiler(ClassicProgram program)
    {
        _program = program;
        _method = new DynamicMethod("ClassicProgram", typeof(uint), [typeof(ClassicProgram), PacketReference], typeof(ClassicCompiler).Module, skipVisibility: true);
        _code = _method.GetILGenerator();
        _labels = [.. Enumerable.Range(0, program.Instructions.Length).Select(_ => _code.DefineLabel())];
        _nothing = _code.DefineLabel();
        _first = _code.DeclareLocal(typeof(byte).MakeByRefType());
        _linear = _code.DeclareLocal(typeof(long));
        _loaded = _code.DeclareLocal(typeof(long));
        _place = _code.DeclareLocal(typeof(uint));
        _a = _code.DeclareLocal(typeof(uint));
        _x = _code.DeclareLocal(typeof(uint));
    }

    /// <summary>Compiles a program.</summary>
    public static CompiledProgram Compile(ClassicProgram program)
    {
        ClassicCompiler compiler = new(program);
        compiler.Emit();
        return compiler._method.CreateDelegate<CompiledProgram>(program);
    }

    private void Emit()
    {
        _code.Emit(OpCodes.Ldarg, (short)PacketArgument);
        _code.Emit(OpCodes.Ldfld, typeof(ClassicPacket).GetField(nameof(ClassicPacket.First), Anything)!);
        _code.Emit(OpCodes.Stloc, _first);
        _code.Emit(OpCodes.Ldarg, (short)PacketArgument);
        _code.Emit(OpCodes.Ldfld, typeof(ClassicPacket).GetField(nameof(ClassicPacket.LinearLength), Anything)!);
        _code.Emit(OpCodes.Conv_I8);
        _code.Emit(OpCodes.Stloc, _linear);
        for (int i = 0; i < _labels.Length; i++)
        {
            _code.MarkLabel(_labels[i]);
            Emit(_program.Instructions[i], i);
        }

        _code.MarkLabel(_nothing);
        _code.Emit(OpCodes.Ldc_I4_0);
        _code.Emit(OpCodes.Ret);
    }

    private void Emit(ClassicInstruction instruction, int index)
    {
        ClassicOpcode opcode = instruction.Opcode;
        uint k = instruction.K;
        if (opcode.IsArithmetic())
        {
            EmitArithmetic(instruction);
        }
        else if (opcode.IsBranch())
        {
            EmitBranch(instruction, index);
        }
        else if (instruction.Ancillary is { } ancillary)
        {
            EmitLoadBeside(ancillary);
        }
        else if (opcode.AbsoluteLoadSize() is > 0 and int size)
        {
            EmitLoad(k, size);
            _code.Emit(OpCodes.Stloc, _a);
        }
        else if (opcode.IndexedLoadSize() is > 0 and int indexedSize)
        {
            EmitIndexedLoad(k, indexedSize);
            _code.Emit(OpCodes.Stloc, _a);
        }
        else
        {
            EmitOther(opcode, k, index);
        }
    }

    private void EmitOther(ClassicOpcode opcode, uint k, int index)
    {
        switch (opcode)
        {
            case ClassicOpcode.LoadConstant:
                EmitConstant(k);
                _code.Emit(OpCodes.Stloc, _a);
                break;
            case ClassicOpcode.LoadMemory:
                _code.Emit(OpCodes.Ldloc, Memory(k));
                _code.Emit(OpCodes.Stloc, _a);
                break;
            case ClassicOpcode.LoadLength:
                EmitLength();
                _code.Emit(OpCodes.Stloc, _a);
                break;
            case ClassicOpcode.LoadXConstant:
                EmitConstant(k);
                _code.Emit(OpCodes.Stloc, _x);
                break;
            case ClassicOpcode.LoadXMemory:
                _code.Emit(OpCodes.Ldloc, Memory(k));
                _code.Emit(OpCodes.Stloc, _x);
                break;
            case ClassicOpcode.LoadXLength:
                EmitLength();
                _code.Emit(OpCodes.Stloc, _x);
                break;
            case ClassicOpcode.LoadXHeaderLength:
                EmitLoad(k, sizeof(byte));
                EmitConstant(0xf);
                _code.Emit(OpCodes.And);
                EmitConstant(2);
                _code.Emit(OpCodes.Shl);
                _code.Emit(OpCodes.Stloc, _x);
                break;
            case ClassicOpcode.Store:
                _code.Emit(OpCodes.Ldloc, _a);
                _code.Emit(OpCodes.Stloc, Memory(k));
                break;
            case ClassicOpcode.StoreX:
                _code.Emit(OpCodes.Ldloc, _x);
                _code.Emit(OpCodes.Stloc, Memory(k));
                break;
            case ClassicOpcode.Jump:
                _code.Emit(OpCodes.Br, _labels[index + 1 + (int)k]);
                break;
            case ClassicOpcode.ReturnConstant:
                EmitConstant(k);
                _code.Emit(OpCodes.Ret);
                break;
            case ClassicOpcode.ReturnAccumulator:
                _code.Emit(OpCodes.Ldloc, _a);
                _code.Emit(OpCodes.Ret);
                break;
            case ClassicOpcode.CopyToX:
                _code.Emit(OpCodes.Ldloc, _a);
                _code.Emit(OpCodes.Stloc, _x);
                break;
            case ClassicOpcode.CopyToA:
                _code.Emit(OpCodes.Ldloc, _x);
                _code.Emit(OpCodes.Stloc, _a);
                break;
        }
    }

    private void EmitArithmetic(ClassicInstruction instruction)
    {
        bool takesX = instruction.Opcode.TakesX();
        OpCode operation = instruction.Opcode switch
        {
            ClassicOpcode.Add or ClassicOpcode.AddX => OpCodes.Add,
            ClassicOpcode.Subtract or ClassicOpcode.SubtractX => OpCodes.Sub,
            ClassicOpcode.Multiply or ClassicOpcode.MultiplyX => OpCodes.Mul,
            ClassicOpcode.Divide or ClassicOpcode.DivideX => OpCodes.Div_Un,
            ClassicOpcode.Modulo or ClassicOpcode.ModuloX => OpCodes.Rem_Un,
            ClassicOpcode.Or or ClassicOpcode.OrX => OpCodes.Or,
            ClassicOpcode.And or ClassicOpcode.AndX => OpCodes.And,
            ClassicOpcode.Xor or ClassicOpcode.XorX => OpCodes.Xor,
            ClassicOpcode.ShiftLeft or ClassicOpcode.ShiftLeftX => OpCodes.Shl,
            ClassicOpcode.ShiftRight or ClassicOpcode.ShiftRightX => OpCodes.Shr_Un,
            _ => OpCodes.Neg,
        };
        if (instruction.Opcode is ClassicOpcode.DivideX or ClassicOpcode.ModuloX)
        {
            _code.Emit(OpCodes.Ldloc, _x);
            _code.Emit(OpCodes.Brfalse, _nothing);
        }

        _code.Emit(OpCodes.Ldloc, _a);
        if (instruction.Opcode != ClassicOpcode.Negate)
        {
            EmitOperand(takesX, instruction.K);
        }

        if (instruction.Opcode is ClassicOpcode.ShiftLeftX or ClassicOpcode.ShiftRightX)
        {
            EmitConstant(31);
            _code.Emit(OpCodes.And);
        }

        _code.Emit(operation);
        _code.Emit(OpCodes.Stloc, _a);
    }

    /// <summary>Jumps where the comparison does not go on with the next instruction.</summary>
    private void EmitBranch(ClassicInstruction instruction, int index)
    {
        bool fallsThrough = instruction.JumpTrue == 0;
        (OpCode whereTrue, OpCode whereFalse) = instruction.Opcode switch
        {
            ClassicOpcode.JumpEqual or ClassicOpcode.JumpEqualX => (OpCodes.Beq, OpCodes.Bne_Un),
            ClassicOpcode.JumpGreater or ClassicOpcode.JumpGreaterX => (OpCodes.Bgt_Un, OpCodes.Ble_Un),
            ClassicOpcode.JumpGreaterOrEqual or ClassicOpcode.JumpGreaterOrEqualX => (OpCodes.Bge_Un, OpCodes.Blt_Un),
            _ => (OpCodes.Brtrue, OpCodes.Brfalse),
        };
        if (instruction is { JumpTrue: 0, JumpFalse: 0 })
        {
            return;
        }

        _code.Emit(OpCodes.Ldloc, _a);
        EmitOperand(instruction.Opcode.TakesX(), instruction.K);
        if (instruction.Opcode is ClassicOpcode.JumpBitsSet or ClassicOpcode.JumpBitsSetX)
        {
            _code.Emit(OpCodes.And);
        }

        _code.Emit(fallsThrough ? whereFalse : whereTrue, _labels[index + 1 + (fallsThrough ? instruction.JumpFalse : instruction.JumpTrue)]);
        if (!fallsThrough && instruction.JumpFalse != 0)
        {
            _code.Emit(OpCodes.Br, _labels[index + 1 + instruction.JumpFalse]);
        }
    }

    private void EmitOperand(bool takesX, uint k)
    {
        if (takesX)
        {
            _code.Emit(OpCodes.Ldloc, _x);
        }
        else
        {
            EmitConstant(k);
        }
    }

    private void EmitConstant(uint value) => _code.Emit(OpCodes.Ldc_I4, unchecked((int)value));

    private LocalBuilder Memory(uint word) => _memory[word] ??= _code.DeclareLocal(typeof(uint));
}
