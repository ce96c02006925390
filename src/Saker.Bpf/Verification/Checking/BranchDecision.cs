using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Whether a conditional jump is taken, where that is certain (<c>is_branch_taken</c>).</summary>
internal static class BranchDecision
{
    /// <summary>Whether it is taken; null: both ways can be.</summary>
    public static bool? Decide(BpfOperation operation, bool is64, in RegisterState left, in RegisterState right)
    {
        if (left.Kind.IsPacketOrEnd() && right.Kind.IsPacketOrEnd() && is64)
        {
            return DecidePacket(operation, left, right);
        }

        if (left.IsPointer || right.IsPointer)
        {
            bool isRightConstant = IsConstant(right, is64);
            RegisterState pointer = isRightConstant ? left : right, number = isRightConstant ? right : left;
            return IsConstant(number, is64) && IsNeverNull(pointer) && ConstantOf(number, is64) == 0
                ? operation switch
                {
                    BpfOperation.Equal => false,
                    BpfOperation.NotEqual => true,
                    _ => null,
                }
                : null;
        }

        return ScalarComparison.Decide(operation, is64, left.Value, right.Value);
    }

    /// <summary>The condition with its sides exchanged.</summary>
    public static BpfOperation Mirror(BpfOperation operation) => operation switch
    {
        BpfOperation.Greater => BpfOperation.Less,
        BpfOperation.GreaterOrEqual => BpfOperation.LessOrEqual,
        BpfOperation.Less => BpfOperation.Greater,
        BpfOperation.LessOrEqual => BpfOperation.GreaterOrEqual,
        _ => operation,
    };

    private static bool IsConstant(in RegisterState register, bool is64) => register.IsScalar && (is64 ? register.Value.IsConstant : register.Value.IsConstant32);

    private static ulong ConstantOf(in RegisterState register, bool is64) => is64 ? register.Value.ConstantValue : (uint)register.Value.ConstantValue;

    private static bool IsNeverNull(in RegisterState pointer) => !pointer.MayBeNull && pointer.Kind
        is RegisterKind.Socket or RegisterKind.TcpSocket or RegisterKind.MapValue or RegisterKind.MapKey or RegisterKind.SocketCommon or RegisterKind.Memory or RegisterKind.Map;

    private static bool? DecidePacket(BpfOperation operation, in RegisterState left, in RegisterState right)
    {
        bool isMirrored = right.Kind != RegisterKind.PacketEnd;
        if (isMirrored && left.Kind != RegisterKind.PacketEnd)
        {
            return null;
        }

        int extent = isMirrored ? right.Extent : left.Extent;
        return (isMirrored ? Mirror(operation) : operation) switch
        {
            BpfOperation.LessOrEqual when extent == RegisterState.BeyondPacketEnd => false,
            BpfOperation.Greater when extent == RegisterState.BeyondPacketEnd => true,
            BpfOperation.Less when extent is RegisterState.BeyondPacketEnd or RegisterState.AtPacketEnd => false,
            BpfOperation.GreaterOrEqual when extent is RegisterState.BeyondPacketEnd or RegisterState.AtPacketEnd => true,
            _ => null,
        };
    }
}
