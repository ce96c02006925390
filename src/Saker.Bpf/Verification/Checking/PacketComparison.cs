using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>What a comparison of a place in the packet with its end, or of one in the metadata with the packet's beginning, says of how much is there.</summary>
internal static class PacketComparison
{
    private const int LongestPacket = 0xffff;

    /// <summary>Learns it on both ways.</summary>
    /// <returns>Whether it is such a comparison.</returns>
    public static bool TryLearn(
        BpfOperation operation, int leftNumber, int rightNumber, in RegisterState left, in RegisterState right, VerifierState notTaken, VerifierState taken)
    {
        if (operation is not (BpfOperation.Greater or BpfOperation.GreaterOrEqual or BpfOperation.Less or BpfOperation.LessOrEqual))
        {
            return false;
        }

        if (IsPair(left, right))
        {
            Learn(operation, leftNumber, left, notTaken, taken);
            return true;
        }

        if (IsPair(right, left))
        {
            Learn(BranchDecision.Mirror(operation), rightNumber, right, notTaken, taken);
            return true;
        }

        return false;
    }

    private static bool IsPair(in RegisterState place, in RegisterState end) =>
        (place.Kind == RegisterKind.Packet && end.Kind == RegisterKind.PacketEnd)
        || (place.Kind == RegisterKind.PacketMetadata && end.Kind == RegisterKind.Packet && end.IsUnmoved);

    private static void Learn(BpfOperation operation, int number, in RegisterState place, VerifierState notTaken, VerifierState taken)
    {
        bool isWithinTaken = operation is BpfOperation.Less or BpfOperation.LessOrEqual;
        bool isStrict = operation is BpfOperation.Less or BpfOperation.GreaterOrEqual;

        // Where the place is before the end, one byte more is there than where it may be at the end.
        SetExtent(isWithinTaken ? taken : notTaken, place, isStrict);
        VerifierState outside = isWithinTaken ? notTaken : taken;
        if (place.Kind == RegisterKind.Packet)
        {
            outside.OwnRegister(number).Extent = isStrict ? RegisterState.AtPacketEnd : RegisterState.BeyondPacketEnd;
        }
    }

    private static void SetExtent(VerifierState state, in RegisterState place, bool isStrict)
    {
        if (place.Offset < 0 || (place.Offset == 0 && isStrict)
            || place.Value.UnsignedMaximum > LongestPacket || place.Value.UnsignedMaximum + (ulong)place.Offset > LongestPacket)
        {
            return;
        }

        int extent = place.Offset + (isStrict ? 1 : 0);
        RegisterKind kind = place.Kind;
        uint id = place.Id;
        state.ChangeAll(
            (in register) => register.Kind == kind && register.Id == id,
            (ref register) => register.Extent = Math.Max(register.Extent, extent));
    }
}
