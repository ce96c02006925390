namespace Saker.Bpf.Classic;

/// <summary>What a filter may ask of a packet beyond the bytes that lie in one piece. One object serves one packet after another.</summary>
public interface IPacketFacts
{
    /// <summary>Tells what stands beside the packet. Of netlink attributes and <see cref="AncillaryLoad.XorX"/> nobody is asked.</summary>
    /// <returns>False where it cannot be told: the program then ends with 0.</returns>
    bool TryLoad(AncillaryLoad load, out uint value);

    /// <summary>Reads bytes behind those that lie in one piece.</summary>
    /// <param name="offset">Where, counted from the packet's beginning.</param>
    /// <param name="destination">Takes them.</param>
    /// <returns>False where the packet has not so many: the program then ends with 0.</returns>
    bool TryRead(int offset, Span<byte> destination);
}
