using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>
/// Which slots of stacks are read later, as the paths so far have shown: kept apart for each chain of calls, since a function may read the stacks of those that called it.
/// An instruction that no path came to lets nothing pass, so that knowledge only grows while paths are followed.
/// </summary>
internal sealed class StackLiveness(CodeGraph code)
{
    private readonly Dictionary<int, CalledFunction> _entries = [];
    private readonly ulong[] _writes = new ulong[VerifierState.MaximumFrames];
    private readonly CalledFunction[] _chain = new CalledFunction[VerifierState.MaximumFrames];
    private CalledFunction? _current;
    private int _instruction;

    /// <summary>Begins to look at an instruction.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="isSameChain">Whether functions were neither entered nor left, and the path not changed, since the last time.</param>
    public void Begin(VerifierState state, bool isSameChain)
    {
        if (!isSameChain || _current is null)
        {
            _current = ChainOf(state);
        }

        _instruction = state.Instruction;
        Array.Clear(_writes);
    }

    /// <summary>A whole slot of a frame is written by the instruction.</summary>
    public void MarkWrite(int frame, int slot) => _writes[frame] |= 1ul << slot;

    /// <summary>A slot of a frame is read by the instruction.</summary>
    public void MarkRead(int frame, int slot) => _current!.Read(frame, _instruction, 1ul << slot);

    /// <summary>The instruction was looked at.</summary>
    public void End() => _current!.Commit(_instruction, _writes);

    /// <summary>The slots of a frame that nobody reads any more, as far as the frame has any.</summary>
    public ulong DeadSlots(VerifierState state, int frame)
    {
        CalledFunction top = ChainOf(state);
        top.Update();
        ulong live = top.LiveBefore(frame, state.Instruction);
        for (int i = frame; i < state.Depth; i++)
        {
            int callSite = state.Frame(i + 1).CallSite;
            _chain[i].Update();
            live |= _chain[i].LiveBefore(frame, code.Facts(callSite).CallsBack ? callSite : callSite + 1);
        }

        return ~live;
    }

    private CalledFunction ChainOf(VerifierState state)
    {
        int root = state.Frame(0).Function;
        if (!_entries.TryGetValue(root, out CalledFunction? called))
        {
            _entries.Add(root, called = new CalledFunction(code, code.Functions[root], null));
        }

        _chain[0] = called;
        for (int i = 1; i <= state.Depth; i++)
        {
            FrameState frame = state.Frame(i);
            _chain[i] = called = called.Call(frame.CallSite, frame.Function);
        }

        return called;
    }
}
