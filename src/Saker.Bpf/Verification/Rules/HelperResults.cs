namespace Saker.Bpf.Verification;

/// <summary>What is known of numbers that helpers return (Linux 6.18, <c>do_refine_retval_range</c>); the kernel is asked about every helper by a test.</summary>
internal static class HelperResults
{
    /// <summary>The least error (<c>-MAX_ERRNO</c>).</summary>
    private const int LeastError = -4095;

    private const int ProbeReadText = 45, ProcessorNumber = 8, Stack = 67, ProbeReadUserText = 114, ProbeReadKernelText = 115, TaskStack = 141;

    /// <summary>The number.</summary>
    /// <param name="helper">The helper's number; it returns one.</param>
    /// <param name="processors">How many processors there can be.</param>
    /// <param name="size">The greatest size that the helper was given of memory to write, below 2^29.</param>
    public static ScalarValue NumberOf(int helper, int processors, int size) => helper switch
    {
        ProcessorNumber => ScalarValue.Unknown.Within(new(0, processors - 1)),
        ProbeReadText or Stack or ProbeReadUserText or ProbeReadKernelText or TaskStack => ScalarValue.Unknown.Within(new(LeastError, size)),
        _ => ScalarValue.Unknown,
    };
}
