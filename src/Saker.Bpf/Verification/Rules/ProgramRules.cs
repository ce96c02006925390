namespace Saker.Bpf.Verification;

/// <summary>What programs of a type may do and must return (Linux 6.18: <c>may_access_direct_pkt_data</c>, <c>may_access_skb</c>, <c>check_return_code</c>).</summary>
internal static class ProgramRules
{
    /// <summary>Whether there are rules here for programs of a type: those that run over packets.</summary>
    public static bool IsKnown(ProgramType type) => type.AsHelperProgram() != HelperPrograms.None;

    /// <summary>Whether they may read the packet's bytes by pointers.</summary>
    public static bool MayReadPacket(ProgramType type) => IsKnown(type) && type != ProgramType.SocketFilter;

    /// <summary>Whether they may write the packet's bytes by pointers.</summary>
    public static bool MayWritePacket(ProgramType type) =>
        type is ProgramType.Xdp or ProgramType.SchedulerClassifier or ProgramType.SchedulerAction or ProgramType.LightweightTunnelXmit;

    /// <summary>Whether the legacy loads from the packet are for them.</summary>
    public static bool MayLoadPacket(ProgramType type) => type is ProgramType.SocketFilter or ProgramType.SchedulerClassifier or ProgramType.SchedulerAction;

    /// <summary>What r0 must be at the end; null: any number. A pointer is no result of programs that must return certain numbers; others may, as root, return one.</summary>
    /// <param name="type">The program's type.</param>
    /// <param name="attachType">Where it is to be attached; null: it does not say.</param>
    public static Interval<long>? ResultOf(ProgramType type, AttachType? attachType) => type switch
    {
        ProgramType.CgroupSkb => new(0, attachType == AttachType.CgroupInetEgress ? 3 : 1),
        _ => null,
    };
}
