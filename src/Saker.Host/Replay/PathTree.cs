using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>
/// The ways that packets took, as a tree: a node for each stage behind each way to it, with the number of packets that came there and what became of those whose
/// way ended there.
/// </summary>
public sealed class PathTree
{
    /// <summary>What a node takes: its count, and for each stage the node behind it.</summary>
    private static readonly int Row = 1 + Enum.GetValues<Stage>().Length;

    private int _end = Row;
    private long[] _nodes = new long[64 * Row];
    private List<EndCount>?[] _ends = new List<EndCount>?[64];

    /// <summary>The root's children and theirs.</summary>
    public IReadOnlyList<PathNode> Roots => Children(0);

    /// <summary>A packet goes on to a stage.</summary>
    /// <param name="node">Where it is: what this has returned; 0: nowhere yet.</param>
    /// <param name="stage">The stage.</param>
    /// <returns>Where it is now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Enter(int node, Stage stage)
    {
        int child = (int)_nodes[node + 1 + (int)stage];
        if (child == 0)
        {
            child = Grow(node, stage);
        }

        _nodes[child]++;
        return child;
    }

    /// <summary>A packet's way ends.</summary>
    internal void End(int node, Verdict verdict, DropReason reason)
    {
        // Ways end in one manner, or in few.
        List<EndCount> ends = _ends[node / Row] ??= [];
        foreach (ref EndCount end in CollectionsMarshal.AsSpan(ends))
        {
            if (end.Verdict == verdict && end.Reason == reason)
            {
                end.Count++;
                return;
            }
        }

        ends.Add(new EndCount(verdict, reason, 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Grow(int node, Stage stage)
    {
        int child = _end;
        _end += Row;
        if (_end > _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
            Array.Resize(ref _ends, _ends.Length * 2);
        }

        _nodes[node + 1 + (int)stage] = child;
        return child;
    }

    private List<PathNode> Children(int node)
    {
        List<PathNode> children = [];
        for (int stage = 0; stage < Row - 1; stage++)
        {
            int child = (int)_nodes[node + 1 + stage];
            if (child != 0)
            {
                children.Add(new PathNode(
                    (Stage)stage,
                    _nodes[child],
                    [.. (_ends[child / Row] ?? []).OrderBy(end => end.Verdict).ThenBy(end => end.Reason).Select(end => new PathEnd(end.Verdict, end.Reason, end.Count))],
                    Children(child)));
            }
        }

        return children;
    }

    private record struct EndCount(Verdict Verdict, DropReason Reason, long Count);
}

/// <summary>A stage behind one way to it.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Count">How many packets came there.</param>
/// <param name="Ends">What became of those whose way ended there.</param>
/// <param name="Children">Where the others went.</param>
public sealed record PathNode(Stage Stage, long Count, IReadOnlyList<PathEnd> Ends, IReadOnlyList<PathNode> Children);

/// <summary>What became of packets at the end of a way.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">The reason of a drop.</param>
/// <param name="Count">How many.</param>
public sealed record PathEnd(Verdict Verdict, DropReason Reason, long Count);
