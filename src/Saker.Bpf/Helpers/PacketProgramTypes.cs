namespace Saker.Bpf;

/// <summary>Types of programs as flags.</summary>
internal static class PacketProgramTypes
{
    /// <summary>Its flag; none: its programs do not run over packets.</summary>
    public static HelperPrograms AsHelperProgram(this ProgramType type) => type switch
    {
        ProgramType.SocketFilter => HelperPrograms.SocketFilter,
        ProgramType.SchedulerClassifier or ProgramType.SchedulerAction => HelperPrograms.TrafficControl,
        ProgramType.Xdp => HelperPrograms.Xdp,
        ProgramType.CgroupSkb => HelperPrograms.ControlGroup,
        ProgramType.LightweightTunnelIn => HelperPrograms.TunnelIn,
        ProgramType.LightweightTunnelOut => HelperPrograms.TunnelOut,
        ProgramType.LightweightTunnelXmit => HelperPrograms.TunnelTransmit,
        _ => HelperPrograms.None,
    };
}
