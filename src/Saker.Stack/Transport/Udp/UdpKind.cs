using Saker.Stack.Observation;

namespace Saker.Stack.Transport.Udp;

/// <summary>UDP or UDP-Lite, as a type: the JIT compiles a path for each, and neither asks which it is.</summary>
internal interface IUdpKind
{
    /// <summary>Whether it is UDP-Lite (RFC 3828).</summary>
    static abstract bool IsLite { get; }

    /// <summary>UDP's counter, or the same of UDP-Lite, which stand in the same order.</summary>
    static abstract Counter Count(Counter counter);
}

/// <summary>UDP (RFC 768).</summary>
internal readonly struct PlainUdp : IUdpKind
{
    /// <inheritdoc/>
    public static bool IsLite => false;

    /// <inheritdoc/>
    public static Counter Count(Counter counter) => counter;
}

/// <summary>UDP-Lite (RFC 3828).</summary>
internal readonly struct UdpLite : IUdpKind
{
    /// <inheritdoc/>
    public static bool IsLite => true;

    /// <inheritdoc/>
    public static Counter Count(Counter counter) => counter + (Counter.UdpLiteInDatagrams - Counter.UdpInDatagrams);
}
