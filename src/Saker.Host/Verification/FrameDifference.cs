using Saker.Host.Oracle;

namespace Saker.Host.Verification;

/// <summary>A frame that the kernel and the user-space receive path answered differently.</summary>
/// <param name="Number">The frame's number in the capture, from one.</param>
/// <param name="Kernel">What the kernel did.</param>
/// <param name="Stack">What the user-space receive path did.</param>
public sealed record FrameDifference(long Number, Answer Kernel, Answer Stack)
{
    /// <summary>What differs, without amounts: differences of one kind most often have one cause.</summary>
    public string Kind { get; } = AnswerComparison.KindOf(Kernel, Stack);
}

/// <summary>Differences of one kind.</summary>
/// <param name="Name">What differs.</param>
/// <param name="First">The first of them.</param>
public sealed record DifferenceKind(string Name, FrameDifference First)
{
    /// <summary>How many frames.</summary>
    public long Frames { get; internal set; }
}

/// <summary>Gets the differences of a verification as they are found, in the order of the capture.</summary>
public interface IVerificationSink
{
    /// <summary>A frame was answered differently.</summary>
    void Difference(FrameDifference difference);
}
