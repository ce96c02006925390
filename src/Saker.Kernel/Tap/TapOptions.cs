namespace Saker.Kernel.Tap;

/// <summary>How a <see cref="TapDevice"/> is opened.</summary>
public sealed record TapOptions
{
    /// <summary>The device's name; it is made if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>How many queues are opened.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Whether the device stays when its last queue is closed; null: as it was.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>Whether the kernel may leave checksums and cutting to this process (<c>TUNSETOFFLOAD</c>).</summary>
    public bool TakesOffloads { get; init; } = true;
}
