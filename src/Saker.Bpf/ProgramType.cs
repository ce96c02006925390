namespace Saker.Bpf;

/// <summary>What a program is run for, with the kernel's numbers (<c>BPF_PROG_TYPE_*</c> of Linux 6.18).</summary>
public enum ProgramType : uint
{
    /// <summary>Its section did not say.</summary>
    Unspecified,

    /// <summary>Filters what a socket receives.</summary>
    SocketFilter,

    /// <summary>Runs at a kernel or user probe.</summary>
    KernelProbe,

    /// <summary>A classifier of traffic control (tc, tcx, netkit).</summary>
    SchedulerClassifier,

    /// <summary>An action of traffic control.</summary>
    SchedulerAction,

    /// <summary>Runs at a tracepoint.</summary>
    Tracepoint,

    /// <summary>Runs before a packet is made of a received frame.</summary>
    Xdp,

    /// <summary>Runs at a performance event.</summary>
    PerfEvent,

    /// <summary>Filters packets of a control group.</summary>
    CgroupSkb,

    /// <summary>Runs when a control group's sockets are made.</summary>
    CgroupSocket,

    /// <summary>Lightweight tunnel, coming in.</summary>
    LightweightTunnelIn,

    /// <summary>Lightweight tunnel, going out.</summary>
    LightweightTunnelOut,

    /// <summary>Lightweight tunnel, at transmission.</summary>
    LightweightTunnelXmit,

    /// <summary>Runs at events of TCP sockets.</summary>
    SocketOperations,

    /// <summary>Parses or judges a socket's stream.</summary>
    SocketSkb,

    /// <summary>Judges a control group's access to devices.</summary>
    CgroupDevice,

    /// <summary>Judges what a socket sends.</summary>
    SocketMessage,

    /// <summary>Runs at a tracepoint, with its raw arguments.</summary>
    RawTracepoint,

    /// <summary>Runs when a control group's sockets bind, connect, send.</summary>
    CgroupSocketAddress,

    /// <summary>Lightweight tunnel of segment routing, local.</summary>
    LightweightTunnelSeg6Local,

    /// <summary>Infrared.</summary>
    LircMode2,

    /// <summary>Chooses among sockets that share a port.</summary>
    SocketReusePort,

    /// <summary>Dissects a packet's headers.</summary>
    FlowDissector,

    /// <summary>Judges a control group's access to sysctls.</summary>
    CgroupSysctl,

    /// <summary>A raw tracepoint that may change its arguments' memory.</summary>
    RawTracepointWritable,

    /// <summary>Judges a control group's socket options.</summary>
    CgroupSocketOption,

    /// <summary>Runs at functions of the kernel.</summary>
    Tracing,

    /// <summary>Implements an interface of the kernel.</summary>
    StructOps,

    /// <summary>Replaces a function of another program.</summary>
    Extension,

    /// <summary>A security module's hook.</summary>
    SecurityModule,

    /// <summary>Chooses the socket that receives.</summary>
    SocketLookup,

    /// <summary>Runs system calls.</summary>
    SystemCall,

    /// <summary>A hook of netfilter.</summary>
    Netfilter,
}
