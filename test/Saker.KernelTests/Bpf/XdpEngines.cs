using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// An XDP program in the kernel and in every engine. Its body gets two numbers in r1 and r2 from the packet, which is in r6, and leaves two in r0 and r2, which go to the
/// packet; the first is what it returns. The packet's second half is the body's own.
/// </summary>
internal sealed class XdpEngines : IDisposable
{
    /// <summary>Bytes of the packet.</summary>
    public const int PacketLength = 64;

    /// <summary>Where the body's own bytes begin.</summary>
    public const int OwnBytes = 32;

    private const string Before = """
        r6 = *(u32 *)(r1 + 0)
        r2 = *(u32 *)(r1 + 4)
        r3 = r6
        r3 += 64
        if r3 <= r2 goto whole
        r0 = 0
        exit
        whole:
        r1 = *(u64 *)(r6 + 0)
        r2 = *(u64 *)(r6 + 8)

        """;

    private const string After = """

        *(u64 *)(r6 + 16) = r0
        *(u64 *)(r6 + 24) = r2
        exit

        """;

    /// <summary>The engines beside the kernel.</summary>
    public static IReadOnlyList<(BpfEngine Engine, MemoryChecks Checks)> Engines { get; } =
        [(BpfEngine.Interpreter, MemoryChecks.All), (BpfEngine.Compiled, MemoryChecks.All), (BpfEngine.Compiled, MemoryChecks.None)];

    private readonly KernelProgram _kernel;
    private readonly BpfExecutable[] _engines;
    private readonly BpfCpu _cpu = new();
    private readonly XdpContext _context = new();
    private readonly byte[] _packet = new byte[PacketLength];
    private readonly byte[] _fromKernel = new byte[PacketLength];

    private XdpEngines(KernelProgram kernel, BpfExecutable[] engines)
    {
        _kernel = kernel;
        _engines = engines;
    }

    /// <summary>How many engines there are beside the kernel.</summary>
    public static int Count => Engines.Count;

    /// <summary>Loads a program of a body in text.</summary>
    /// <param name="body">The body.</param>
    /// <param name="functions">Functions that it calls.</param>
    public static XdpEngines Of(string body, string functions = "") => TryOf(body, functions, null)!;

    /// <summary>Loads a program of a body in text; null where the kernel's verifier gives up, having gone more ways than it is willing to.</summary>
    /// <param name="body">The body.</param>
    /// <param name="functions">Functions that it calls.</param>
    /// <param name="maps">The maps that it names, by their place.</param>
    public static XdpEngines? TryOf(string body, string functions, DifferentialMaps? maps)
    {
        const int TooComplex = 7;
        var program = Assembler.Assemble(Before + body + After + functions);
        BpfInstruction[] bound = [.. program.Slots];
        maps?.BindForKernel(bound);
        if (!KernelProgram.TryLoad(ProgramType.Xdp, bound, out var kernel, out var refusal))
        {
            return maps is not null && refusal.ErrorNumber == TooComplex ? null : throw new InvalidOperationException($"{refusal}\n{refusal.Log}\n{program}");
        }

        var engines = new BpfExecutable[Count];
        for (var i = 0; i < Count; i++)
        {
            var options = new ExecutionOptions { Engine = Engines[i].Engine, Checks = Engines[i].Checks, Type = ProgramType.Xdp };
            Assert.True(BpfExecutable.TryCreate(program, maps?.For(i, options) ?? options, out var executable, out var fault), $"{fault}\n{program}");
            Assert.Equal(Engines[i], (executable.Engine, executable.Checks));
            engines[i] = executable;
        }

        return new XdpEngines(kernel, engines);
    }

    /// <summary>Runs it everywhere and compares what it left.</summary>
    /// <param name="left">What is in r1.</param>
    /// <param name="right">What is in r2.</param>
    /// <param name="what">What is run, for the message.</param>
    /// <param name="own">The body's own bytes.</param>
    public void Compare(ulong left, ulong right, string what, ReadOnlySpan<byte> own = default)
    {
        _packet.AsSpan().Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(_packet, left);
        BinaryPrimitives.WriteUInt64LittleEndian(_packet.AsSpan(8), right);
        own.CopyTo(_packet.AsSpan(OwnBytes));
        var inKernel = _kernel.TestRun(_packet, _fromKernel);
        foreach (var engine in _engines)
        {
            _context.Load(_packet);
            var here = engine.Run(_cpu, _context);
            Assert.True(here.IsCompleted, $"{what} ({engine.Engine}, checks {engine.Checks}): {here.Fault}");
            Assert.True(
                inKernel.Value == (uint)here.Value && _fromKernel.AsSpan().SequenceEqual(_context.Data),
                $"""
                {what} of 0x{left:x}, 0x{right:x}, {Convert.ToHexStringLower(own)} ({engine.Engine}, checks {engine.Checks}):
                the kernel leaves 0x{inKernel.Value:x} {Convert.ToHexStringLower(_fromKernel)}
                it leaves         0x{(uint)here.Value:x} {Convert.ToHexStringLower(_context.Data)}
                """);
        }
    }

    public void Dispose() => _kernel.Dispose();
}
