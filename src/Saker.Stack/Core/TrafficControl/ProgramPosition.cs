namespace Saker.Stack.Core.TrafficControl;

/// <summary>Where among the programs of a device a new one stands (<c>BPF_F_BEFORE</c>, <c>BPF_F_AFTER</c> and <c>BPF_F_REPLACE</c>).</summary>
public readonly record struct ProgramPosition
{
    private ProgramPosition(PositionKind kind, TrafficProgram? other)
    {
        Kind = kind;
        Other = other;
    }

    /// <summary>Behind all others: where a program stands of which nothing is said.</summary>
    public static ProgramPosition Last => default;

    /// <summary>In front of all others.</summary>
    public static ProgramPosition First => new(PositionKind.First, null);

    internal PositionKind Kind { get; }

    internal TrafficProgram? Other { get; }

    /// <summary>Right in front of another one.</summary>
    public static ProgramPosition Before(TrafficProgram other) => new(PositionKind.Before, other);

    /// <summary>Right behind another one.</summary>
    public static ProgramPosition After(TrafficProgram other) => new(PositionKind.After, other);

    /// <summary>In place of another one.</summary>
    public static ProgramPosition InPlaceOf(TrafficProgram other) => new(PositionKind.InPlaceOf, other);
}

internal enum PositionKind : byte
{
    Last,
    First,
    Before,
    After,
    InPlaceOf,
}
