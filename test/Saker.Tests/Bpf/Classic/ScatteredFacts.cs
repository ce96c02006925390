using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

/// <summary>A packet of which a filter may have seen only the beginning, and beside which stands a number for everything but a device.</summary>
internal sealed class ScatteredFacts(byte[] packet) : IPacketFacts
{
    public bool TryLoad(AncillaryLoad load, out uint value)
    {
        value = 0xabc000 + (uint)load;
        return load != AncillaryLoad.Interface;
    }

    public bool TryRead(int offset, Span<byte> destination) => offset <= packet.Length && packet.AsSpan(offset) is var rest && rest.Length >= destination.Length
        && rest[..destination.Length].TryCopyTo(destination);
}
