using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Saker.Bpf.Classic;

/// <content>Loads: where the bytes lie in one piece a comparison and a load, else a call.</content>
internal sealed partial class ClassicCompiler
{
    private static readonly MethodInfo LoadElsewhere = typeof(ClassicPacket).GetMethod(nameof(ClassicPacket.Load), Anything, [PacketReference, typeof(uint), typeof(int)])!;
    private static readonly MethodInfo LoadBeside =
        typeof(ClassicPacket).GetMethod(nameof(ClassicPacket.Load), Anything, [PacketReference, typeof(AncillaryLoad), typeof(uint), typeof(uint)])!;

    private static readonly MethodInfo ReverseWord = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!;
    private static readonly MethodInfo ReverseHalf = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!;

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
}
