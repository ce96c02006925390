using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>
/// The ways that packets took, as a tree: a node for each stage behind each way to it, with the number of packets that came there and what became of those whose
/// way ended there.
/// </summary>
public sealed class PathTree
{
    private static readonly int Stages = Enum.GetValues<Stage>().Length;

    private readonly List<Stage> _stages = [Stage.None];
    private readonly List<long> _counts = [0];
    private readonly Dictionary<int, Dictionary<(Verdict Verdict, DropReason Reason), long>> _ends = [];
    private int[] _children = new int[64 * Stages];

    /// <summary>The root's children and theirs.</summary>
    public IReadOnlyList<PathNode> Roots => Children(0);

    /// <summary>A packet goes on to a stage.</summary>
    /// <returns>Where it is now.</returns>
    internal int Enter(int node, Stage stage)
    {
        int child = _children[(node * Stages) + (int)stage];
        if (child == 0)
        {
            child = Grow(node, stage);
        }

        _counts[child]++;
        return child;
    }

    /// <summary>A packet's way ends.</summary>
    internal void End(int node, Verdict verdict, DropReason reason)
    {
        if (!_ends.TryGetValue(node, out Dictionary<(Verdict Verdict, DropReason Reason), long>? ends))
        {
            _ends[node] = ends = [];
        }

        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(ends, (verdict, reason), out _)++;
    }

    private int Grow(int node, Stage stage)
    {
        int child = _stages.Count;
        _stages.Add(stage);
        _counts.Add(0);
        if (_stages.Count * Stages > _children.Length)
        {
            Array.Resize(ref _children, _children.Length * 2);
        }

        return _children[(node * Stages) + (int)stage] = child;
    }

    private List<PathNode> Children(int node)
    {
        List<PathNode> children = [];
        for (int stage = 0; stage < Stages; stage++)
        {
            int child = _children[(node * Stages) + stage];
            if (child != 0)
            {
                children.Add(new PathNode(
                    (Stage)stage,
                    _counts[child],
                    _ends.TryGetValue(child, out Dictionary<(Verdict Verdict, DropReason Reason), long>? ends)
                        ? [.. ends.OrderBy(end => end.Key.Verdict).ThenBy(end => end.Key.Reason).Select(end => new PathEnd(end.Key.Verdict, end.Key.Reason, end.Value))]
                        : [],
                    Children(child)));
            }
        }

        return children;
    }
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
