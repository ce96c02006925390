namespace Saker.Bpf;

/// <summary>A packet that a program has sent a copy of.</summary>
/// <param name="Device">The index of the device.</param>
/// <param name="IsIngress">Whether it entered the device as if received there.</param>
/// <param name="Bytes">The packet.</param>
public sealed record SentPacket(uint Device, bool IsIngress, ReadOnlyMemory<byte> Bytes);
