using Saker.Wire;

namespace Saker.Host.Hosts;

/// <summary>A neighbour whose link address is known.</summary>
/// <param name="Device">Index of the device that it is reached by.</param>
/// <param name="Address">Its address.</param>
/// <param name="LinkAddress">Its link address.</param>
/// <param name="IsPermanent">Whether the entry was made by an administrator and never changes.</param>
public sealed record NeighborConfiguration(int Device, IPv4Address Address, MacAddress LinkAddress, bool IsPermanent = false);
