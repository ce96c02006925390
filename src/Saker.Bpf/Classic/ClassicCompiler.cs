using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Saker.Bpf.Classic;

/// <summary>A compiled program. The first parameter is of no use to it: a delegate that is bound to an object is called with fewer instructions.</summary>
internal delegate uint CompiledProgram(in ClassicPacket packet);

/// <summary>Compiles a program to a method: A, X and the words of memory become local variables, loads that lie in one piece a comparison and a load.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class ClassicCompiler
{
    private const BindingFlags Anything = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const byte PacketArgument = 1;

    private static readonly Type PacketReference = typeof(ClassicPacket).MakeByRefType();
    private static readonly MethodInfo LoadElsewhere = typeof(ClassicPacket).GetMethod(nameof(ClassicPacket.Load), Anything, [PacketReference, typeof(uint), typeof(int)])!;
    private static readonly MethodInfo LoadBeside =
        typeof(ClassicPacket).GetMethod(nameof(ClassicPacket.Load), Anything, [PacketReference, typeof(AncillaryLoad), typeof(uint), typeof(uint)])!;

    private static readonly MethodInfo ReverseWord = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!;
    private static readonly MethodInfo ReverseHalf = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!;

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

    /// <summary>Leaves the number at a place of the packet on the stack.</summary>
    private void EmitLoad(uint place, int size)
    {
        if (place > int.MaxValue - sizeof(uint))
        {
            EmitConstant(place);
            _code.Emit(OpCodes.Stloc, _place);
            EmitLoadElsewhere(size);
            return;
        }

        Label elsewhere = _code.DefineLabel();
        Label done = _code.DefineLabel();
        _code.Emit(OpCodes.Ldloc, _linear);
        _code.Emit(OpCodes.Ldc_I8, (long)place + size);
        _code.Emit(OpCodes.Blt, elsewhere);
        _code.Emit(OpCodes.Ldloc, _first);
        EmitConstant(place);
        EmitRead(size);
        _code.Emit(OpCodes.Br, done);
        _code.MarkLabel(elsewhere);
        EmitConstant(place);
        _code.Emit(OpCodes.Stloc, _place);
        EmitLoadElsewhere(size);
        _code.MarkLabel(done);
    }

    private void EmitIndexedLoad(uint k, int size)
    {
        Label elsewhere = _code.DefineLabel();
        Label done = _code.DefineLabel();
        _code.Emit(OpCodes.Ldloc, _x);
        EmitConstant(k);
        _code.Emit(OpCodes.Add);
        _code.Emit(OpCodes.Stloc, _place);
        _code.Emit(OpCodes.Ldloc, _linear);
        _code.Emit(OpCodes.Ldc_I8, (long)size);
        _code.Emit(OpCodes.Sub);
        _code.Emit(OpCodes.Ldloc, _place);
        _code.Emit(OpCodes.Conv_U8);
        _code.Emit(OpCodes.Blt, elsewhere);
        _code.Emit(OpCodes.Ldloc, _first);
        _code.Emit(OpCodes.Ldloc, _place);
        EmitRead(size);
        _code.Emit(OpCodes.Br, done);
        _code.MarkLabel(elsewhere);
        EmitLoadElsewhere(size);
        _code.MarkLabel(done);
    }

    /// <summary>Takes a reference and an offset from the stack, and leaves the number that lies there.</summary>
    private void EmitRead(int size)
    {
        _code.Emit(OpCodes.Conv_U);
        _code.Emit(OpCodes.Add);
        _code.Emit(OpCodes.Unaligned, (byte)1);
        _code.Emit(size switch { sizeof(byte) => OpCodes.Ldind_U1, sizeof(ushort) => OpCodes.Ldind_U2, _ => OpCodes.Ldind_U4 });
        if (size != sizeof(byte) && BitConverter.IsLittleEndian)
        {
            _code.Emit(OpCodes.Call, size == sizeof(ushort) ? ReverseHalf : ReverseWord);
        }
    }

    private void EmitLoadElsewhere(int size)
    {
        _code.Emit(OpCodes.Ldarg, (short)PacketArgument);
        _code.Emit(OpCodes.Ldloc, _place);
        EmitConstant((uint)size);
        _code.Emit(OpCodes.Call, LoadElsewhere);
        EmitLoadedOrEnd();
    }

    private void EmitLoadBeside(AncillaryLoad load)
    {
        _code.Emit(OpCodes.Ldarg, (short)PacketArgument);
        EmitConstant((uint)load);
        _code.Emit(OpCodes.Ldloc, _a);
        _code.Emit(OpCodes.Ldloc, _x);
        _code.Emit(OpCodes.Call, LoadBeside);
        EmitLoadedOrEnd();
        _code.Emit(OpCodes.Stloc, _a);
    }

    /// <summary>Takes what a load gave from the stack: ends the program where it is negative, else leaves it as a number of 32 bits.</summary>
    private void EmitLoadedOrEnd()
    {
        _code.Emit(OpCodes.Stloc, _loaded);
        _code.Emit(OpCodes.Ldloc, _loaded);
        _code.Emit(OpCodes.Ldc_I8, 0L);
        _code.Emit(OpCodes.Blt, _nothing);
        _code.Emit(OpCodes.Ldloc, _loaded);
        _code.Emit(OpCodes.Conv_U4);
    }

    private void EmitLength()
    {
        _code.Emit(OpCodes.Ldarg, (short)PacketArgument);
        _code.Emit(OpCodes.Ldfld, typeof(ClassicPacket).GetField(nameof(ClassicPacket.TotalLength), Anything)!);
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
