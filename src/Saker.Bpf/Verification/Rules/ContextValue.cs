namespace Saker.Bpf.Verification;

/// <summary>What a load from a field of the context gives.</summary>
internal enum ContextValue : byte
{
    /// <summary>A number of which nothing is known but its width.</summary>
    Number,

    /// <summary>The packet's beginning.</summary>
    PacketStart,

    /// <summary>The packet's end.</summary>
    PacketEnd,

    /// <summary>The beginning of what was written in front of the packet.</summary>
    PacketMetadata,

    /// <summary>A socket of any kind, or null (<c>sock_common_or_null</c>).</summary>
    SocketCommonOrNull,
}
