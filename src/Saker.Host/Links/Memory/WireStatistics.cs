namespace Saker.Host.Links.Memory;

/// <summary>What became of the frames that were given to a wire in one direction.</summary>
/// <param name="Given">Frames that were given to it.</param>
/// <param name="Delivered">Frames that were taken from its other end.</param>
/// <param name="Lost">Frames that were lost by chance.</param>
/// <param name="Refused">Frames for which too many were on the wire already.</param>
/// <param name="Duplicated">Frames that it made a second of.</param>
/// <param name="Reordered">Frames that were held back.</param>
/// <param name="Corrupted">Frames of which a bit was turned.</param>
public readonly record struct WireStatistics(long Given, long Delivered, long Lost, long Refused, long Duplicated, long Reordered, long Corrupted);
