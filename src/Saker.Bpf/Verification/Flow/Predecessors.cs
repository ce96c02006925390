namespace Saker.Bpf.Verification.Flow;

/// <summary>For each instruction those that go on there.</summary>
internal sealed class Predecessors
{
    private readonly int[] _first;
    private readonly int[] _sources;

    /// <summary>Finds them.</summary>
    public Predecessors(CodeGraph code)
    {
        _first = new int[code.Length + 1];
        Span<int> edges = stackalloc int[2];
        for (int i = 0; i < code.Length; i = code.Next(i))
        {
            foreach (int successor in edges[..code.Successors(i, edges)])
            {
                _first[successor + 1]++;
            }
        }

        for (int i = 0; i < code.Length; i++)
        {
            _first[i + 1] += _first[i];
        }

        _sources = new int[_first[^1]];
        int[] filled = (int[])_first.Clone();
        for (int i = 0; i < code.Length; i = code.Next(i))
        {
            foreach (int successor in edges[..code.Successors(i, edges)])
            {
                _sources[filled[successor]++] = i;
            }
        }
    }

    /// <summary>Those of an instruction.</summary>
    public ReadOnlySpan<int> Of(int slot) => _sources.AsSpan(_first[slot].._first[slot + 1]);
}
