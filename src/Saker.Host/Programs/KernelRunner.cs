using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.Host.Programs;

/// <summary>
/// Runs a program in the running kernel, over packets that nobody sent (<c>BPF_PROG_TEST_RUN</c>). Maps are the kernel's, and keep what runs leave in them; the clock and chance
/// are the kernel's own.
/// </summary>
public sealed class KernelRunner : IProgramRunner
{
    private const int Room = 16384;
    private const uint Loopback = 1;

    private readonly KernelObject _object;
    private readonly KernelProgram _program;
    private readonly byte[] _context;
    private readonly byte[] _contextAfter;
    private byte[] _output = new byte[Room];
    private Range _packet;

    /// <summary>Makes a runner.</summary>
    /// <param name="loaded">The object; it is disposed with this.</param>
    /// <param name="program">A program of it that runs over packets.</param>
    public KernelRunner(KernelObject loaded, KernelProgram program)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(program);
        _object = loaded;
        _program = program;
        _context = program.Type == ProgramType.Xdp ? new byte[ContextSize] : [];
        _contextAfter = new byte[_context.Length];
    }

    /// <inheritdoc/>
    public string Engine => "kernel";

    /// <inheritdoc/>
    public string? Grounds => null;

    /// <inheritdoc/>
    public IBpfObject Object => _object;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _output.AsSpan(_packet);

    /// <summary>Bytes of <c>struct xdp_md</c>.</summary>
    private static int ContextSize => 24;

    /// <inheritdoc/>
    public FrameResult Run(ReadOnlySpan<byte> frame, in FrameArrival arrival)
    {
        if (_output.Length < frame.Length + Room)
        {
            _output = new byte[(frame.Length * 2) + Room];
        }

        WriteContext(frame.Length, arrival);
        _packet = default;
        try
        {
            TestRunResult result = _program.TestRun(frame, _output, _context, _contextAfter, new TestRunOptions());
            int metadata = _context.Length > 0 && result.ContextLength >= sizeof(uint) ? BinaryPrimitives.ReadInt32LittleEndian(_contextAfter) : 0;
            _packet = Math.Clamp(metadata, 0, result.Length)..Math.Min(result.Length, _output.Length);
            return new FrameResult(result.Value);
        }
        catch (KernelException exception)
        {
            string reason = $"the kernel does not run it: {exception.Message}";
            return new FrameResult(0, reason, reason);
        }
    }

    /// <inheritdoc/>
    public double Measure(ReadOnlySpan<byte> frame, in FrameArrival arrival, int count)
    {
        try
        {
            return _program.TestRun(frame, [], [], [], new TestRunOptions { Repeat = (uint)count }).Nanoseconds;
        }
        catch (KernelException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();

    /// <summary>In the context that the kernel is given, addresses are offsets. Without a device it takes its loopback.</summary>
    private void WriteContext(int length, in FrameArrival arrival)
    {
        if (_context.Length == 0)
        {
            return;
        }

        const int DataEnd = 4, Device = 12, Queue = 16;
        BitConverter.TryWriteBytes(_context.AsSpan(DataEnd), length);
        bool isUsual = arrival is { Device: Loopback, Queue: 0 };
        BitConverter.TryWriteBytes(_context.AsSpan(Device), isUsual ? 0 : arrival.Device);
        BitConverter.TryWriteBytes(_context.AsSpan(Queue), isUsual ? 0 : arrival.Queue);
    }
}
