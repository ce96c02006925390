namespace Saker.Bpf.Verification.Flow;

/// <summary>
/// Finds the loops: strongly connected parts of functions (R. E. Tarjan, Depth-first search and linear graph algorithms, 1972), without recursion. An instruction alone is a
/// loop where it goes on at itself, or calls a helper that calls back.
/// </summary>
internal sealed class Loops
{
    private readonly CodeGraph _code;
    private readonly int[] _order;
    private readonly int[] _lowest;
    private readonly bool[] _isOpen;
    private readonly Stack<int> _open = new();
    private readonly Stack<(int Slot, int NextEdge)> _path = new();
    private int _next = 1;

    private Loops(CodeGraph code)
    {
        _code = code;
        _order = new int[code.Length];
        _lowest = new int[code.Length];
        _isOpen = new bool[code.Length];
    }

    /// <summary>Numbers the loops from 1 and marks what is part of them.</summary>
    public static void Mark(CodeGraph code)
    {
        Loops loops = new(code);
        int count = 0;
        foreach (FunctionInfo function in code.Functions)
        {
            for (int i = function.Start; i < function.End; i = code.Next(i))
            {
                if (loops._order[i] == 0)
                {
                    loops.Explore(i, ref count);
                }
            }
        }
    }

    private void Explore(int root, ref int count)
    {
        Span<int> edges = stackalloc int[2];
        Open(root);
        while (_path.TryPop(out (int Slot, int NextEdge) top))
        {
            if (top.NextEdge < _code.Successors(top.Slot, edges))
            {
                _path.Push((top.Slot, top.NextEdge + 1));
                int target = edges[top.NextEdge];
                if (_order[target] == 0)
                {
                    Open(target);
                }
                else if (_isOpen[target])
                {
                    _lowest[top.Slot] = Math.Min(_lowest[top.Slot], _order[target]);
                }

                continue;
            }

            if (_lowest[top.Slot] == _order[top.Slot])
            {
                Close(top.Slot, ref count);
            }

            if (_path.TryPeek(out (int Slot, int NextEdge) parent))
            {
                _lowest[parent.Slot] = Math.Min(_lowest[parent.Slot], _lowest[top.Slot]);
            }
        }
    }

    private void Open(int slot)
    {
        _order[slot] = _lowest[slot] = _next++;
        _isOpen[slot] = true;
        _open.Push(slot);
        _path.Push((slot, 0));
    }

    private void Close(int root, ref int count)
    {
        Span<int> edges = stackalloc int[2];
        int edgeCount = _code.Successors(root, edges);
        bool isLoop = _open.Peek() != root || _code.Facts(root).CallsBack || edges[..edgeCount].Contains(root);
        int number = isLoop ? ++count : 0;
        int slot;
        do
        {
            slot = _open.Pop();
            _isOpen[slot] = false;
            _code.Facts(slot).Loop = number;
        }
        while (slot != root);
    }
}
