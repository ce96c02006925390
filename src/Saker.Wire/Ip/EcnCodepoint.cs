namespace Saker.Wire;

/// <summary>The explicit congestion notification field, the low two bits of the type of service or traffic class (RFC 3168 section 5).</summary>
public enum EcnCodepoint : byte
{
    /// <summary>The transport does not understand marks.</summary>
    NotEct = 0,

    /// <summary>The transport understands marks, ECT(1); the low-latency service's identifier (RFC 9331).</summary>
    Ect1 = 1,

    /// <summary>The transport understands marks, ECT(0).</summary>
    Ect0 = 2,

    /// <summary>Congestion was experienced.</summary>
    CongestionExperienced = 3,
}
