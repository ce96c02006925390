namespace Saker.Bpf.Verification.States;

/// <summary>To whom frames and pages of stacks belong: who owns them may write to them, others copy them before. It counts what was made for it.</summary>
internal sealed class StateOwner
{
    /// <summary>Bytes of frames and pages that were made for it.</summary>
    public long Bytes { get; set; }
}
