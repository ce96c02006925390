namespace Saker.Stack.Core;

/// <summary>On which side of a device packets are looked at, or to which they are redirected.</summary>
public enum HookDirection
{
    /// <summary>Packets that the device has received.</summary>
    Ingress,

    /// <summary>Packets that are to be sent by the device.</summary>
    Egress,
}
