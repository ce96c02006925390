using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Host.Explain;

/// <summary>A packet, or a copy of it, at a stage: what happened there, in that order.</summary>
public sealed class StageVisit
{
    private readonly List<VisitEvent> _events = [];

    internal StageVisit(Stage stage) => Stage = stage;

    /// <summary>The stage.</summary>
    public Stage Stage { get; }

    /// <summary>What happened.</summary>
    public IReadOnlyList<VisitEvent> Events => _events;

    /// <summary>Whether the last thing that happened was that the packet went on.</summary>
    public bool GoesOn => _events is [.., StageEntered];

    internal void Add(VisitEvent happened) => _events.Add(happened);
}

/// <summary>Something that happened to a packet at a stage.</summary>
public abstract record VisitEvent;

/// <summary>A check was made.</summary>
/// <param name="Check">What must hold.</param>
/// <param name="Seen">The value seen.</param>
/// <param name="Passed">Whether it holds.</param>
public sealed record CheckMade(string Check, string Seen, bool Passed) : VisitEvent;

/// <summary>Something was found or decided.</summary>
/// <param name="Subject">What.</param>
/// <param name="Value">Which.</param>
public sealed record NoteMade(string Subject, string Value) : VisitEvent;

/// <summary>The packet, a copy of it, or an answer went on to another stage.</summary>
/// <param name="Visit">What happened there.</param>
/// <param name="IsAnswer">Whether this is a packet of the host's own, made because of the other.</param>
public sealed record StageEntered(StageVisit Visit, bool IsAnswer) : VisitEvent;

/// <summary>The way of the packet, or of this copy, ended.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why it was dropped.</param>
/// <param name="Socket">The socket that got it.</param>
public sealed record WayEnded(Verdict Verdict, DropReason Reason, string? Socket) : VisitEvent;

/// <summary>A packet that waited became a part of another.</summary>
/// <param name="Frame">The frame that completed it.</param>
public sealed record MergedInto(long Frame) : VisitEvent;

/// <summary>A frame was sent.</summary>
/// <param name="Frame">The frame.</param>
public sealed record FrameLeft(SentFrame Frame) : VisitEvent;

/// <summary>Time passed before the next thing happened: a timer expired, or a later frame came.</summary>
/// <param name="Nanoseconds">How long.</param>
public sealed record TimePassed(long Nanoseconds) : VisitEvent;

/// <summary>A frame that the host sent because of another.</summary>
/// <param name="Device">The device that it left by.</param>
/// <param name="Time">When, in nanoseconds since the Unix epoch.</param>
/// <param name="Bytes">The frame from its link header on.</param>
/// <param name="Summary">The frame in one line.</param>
public sealed record SentFrame(string Device, long Time, ReadOnlyMemory<byte> Bytes, string Summary);
