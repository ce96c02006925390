using Saker.Bpf;
using Saker.Bpf.Verification;
using static Saker.KernelTests.Bpf.Verification.HelperRegister;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>What an argument takes, by its description.</summary>
internal static class HelperExpectations
{
    /// <summary>Whether a call is taken that has something in one argument, and else what the helper wants.</summary>
    public static bool IsTaken(HelperDescription helper, int argument, HelperRegister register, ProgramType type)
    {
        var kind = helper.Arguments[argument];
        var isPacketTaken = helper.Has(HelperTraits.ReadsPacket);
        return kind switch
        {
            HelperArgument.OptionalNumber => true,
            _ when register == Uninitialized => false,
            HelperArgument.Number => true,
            HelperArgument.Count => register is UnknownNumber or Zero or Eight,
            HelperArgument.NoFlags => register == Zero,
            _ when register == Packet && !isPacketTaken => false,
            HelperArgument.Context => register == Context,
            HelperArgument.ContextOrNull => register is Context or Zero,
            HelperArgument.Map => register == Map && HelperMaps.Takes(helper.Number, MapType.Array, type),
            HelperArgument.Socket => register == HelperRegister.Socket || (register == CommonSocket && !helper.Has(HelperTraits.Releases)),
            HelperArgument.MapKey or HelperArgument.MapValue or HelperArgument.Memory or HelperArgument.Format => IsReadable(register),
            HelperArgument.IPv4Header or HelperArgument.IPv6Header or HelperArgument.TcpHeader => IsReadable(register),
            HelperArgument.MapValueOrNull or HelperArgument.MemoryOrNull => IsReadable(register) || (register == Zero && !HasSize(helper, argument)),
            HelperArgument.MapValueOut or HelperArgument.MemoryOut or HelperArgument.MemoryInOut or HelperArgument.NumberOut or HelperArgument.NumberInOut => IsWritable(register),
            HelperArgument.MemoryOutOrNull => IsWritable(register),
            HelperArgument.MapMemory => register == HelperRegister.MapValue,
            HelperArgument.Size => register == Eight,
            HelperArgument.SizeOrZero or HelperArgument.ConstantSize => register is Eight or Zero,
            HelperArgument.ConstantText => register == ReadOnlyMapValue,
            HelperArgument.FunctionContext => register is HelperRegister.Stack or UninitializedStack or Zero,

            // One that has to be given back is given back from where it fits.
            HelperArgument.DynamicPointerOut => register is HelperRegister.Stack or UninitializedStack && !helper.Has(HelperTraits.Acquires),
            _ => false,
        };
    }

    /// <summary>Where a size that is not 0 follows, null is none.</summary>
    private static bool HasSize(HelperDescription helper, int argument) =>
        argument + 1 < helper.Arguments.Length && helper.Arguments[argument + 1] is HelperArgument.Size or HelperArgument.SizeOrZero;

    private static bool IsReadable(HelperRegister register) => register is MapValue or ReadOnlyMapValue or HelperRegister.Stack or UninitializedStack or Packet;

    private static bool IsWritable(HelperRegister register) => register is MapValue or HelperRegister.Stack or UninitializedStack or Packet;
}
