using Saker.Bpf;

namespace Saker.Host.Attachment;

/// <summary>Where at a device a program is attached.</summary>
public enum AttachHook
{
    /// <summary>Before a packet is made of a received frame.</summary>
    Xdp,

    /// <summary>At traffic control, what is received.</summary>
    TcxIngress,

    /// <summary>At traffic control, what is sent.</summary>
    TcxEgress,
}

/// <summary>What hooks are called, and which programs they take.</summary>
public static class AttachHooks
{
    /// <summary>The name on command lines: <c>xdp</c>, <c>tcx-ingress</c>, <c>tcx-egress</c>.</summary>
    public static string NameOf(AttachHook hook) => hook switch
    {
        AttachHook.Xdp => "xdp",
        AttachHook.TcxIngress => "tcx-ingress",
        _ => "tcx-egress",
    };

    /// <summary>The hook of a name; null: there is none.</summary>
    public static AttachHook? Parse(string name) => name switch
    {
        "xdp" => AttachHook.Xdp,
        "tcx-ingress" => AttachHook.TcxIngress,
        "tcx-egress" => AttachHook.TcxEgress,
        _ => null,
    };

    /// <summary>Whether a hook takes programs of a type.</summary>
    public static bool Takes(AttachHook hook, ProgramType type) => hook == AttachHook.Xdp ? type == ProgramType.Xdp : type == ProgramType.SchedulerClassifier;

    /// <summary>The hook for a program where nobody says which; null: none.</summary>
    /// <param name="type">What the program is run for.</param>
    /// <param name="asked">What its section says of where it is attached.</param>
    public static AttachHook? For(ProgramType type, AttachType? asked) => type switch
    {
        ProgramType.Xdp => AttachHook.Xdp,
        ProgramType.SchedulerClassifier => asked == AttachType.TcxEgress ? AttachHook.TcxEgress : AttachHook.TcxIngress,
        _ => null,
    };
}
