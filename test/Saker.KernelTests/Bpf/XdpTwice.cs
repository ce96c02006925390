using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// An XDP program in the kernel and in the interpreter. Its body gets two numbers in r1 and r2 from the packet, and leaves two in r0 and r2, which go to the packet.
/// </summary>
internal sealed unsafe class XdpTwice : IDisposable
{
    private const int PacketLength = 64;
    private const ulong ContextAddress = 0x2000_0000;
    private const int ContextLength = 24;

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
        r0 = 2
        exit

        """;

    private readonly KernelProgram _kernel;
    private readonly BpfExecutable _interpreter;
    private readonly BpfCpu _cpu = new();
    private readonly byte[] _context = GC.AllocateArray<byte>(ContextLength, pinned: true);
    private readonly byte[] _packet = GC.AllocateArray<byte>(PacketLength, pinned: true);
    private readonly byte[] _fromKernel = new byte[PacketLength];
    private readonly MemoryRegion[] _regions;

    private XdpTwice(KernelProgram kernel, BpfExecutable interpreter)
    {
        _kernel = kernel;
        _interpreter = interpreter;
        BinaryPrimitives.WriteUInt32LittleEndian(_context, (uint)AddressSpace.Argument);
        BinaryPrimitives.WriteUInt32LittleEndian(_context.AsSpan(4), (uint)AddressSpace.Argument + PacketLength);
        _regions =
        [
            new(ContextAddress, (byte*)Unsafe.AsPointer(ref _context[0]), ContextLength, isWritable: false),
            new(AddressSpace.Argument, (byte*)Unsafe.AsPointer(ref _packet[0]), PacketLength, isWritable: true),
        ];
    }

    /// <summary>Loads a program of a body in text.</summary>
    /// <param name="body">The body.</param>
    /// <param name="functions">Functions that it calls.</param>
    public static XdpTwice Of(string body, string functions = "")
    {
        var program = Assembler.Assemble(Before + body + After + functions);
        Assert.True(KernelProgram.TryLoad(ProgramType.Xdp, program.Slots, out var kernel, out var refusal), $"{refusal}\n{refusal?.Log}\n{program}");
        Assert.True(BpfExecutable.TryCreate(program, new() { Engine = BpfEngine.Interpreter }, out var interpreter, out var fault), fault?.ToString());
        return new XdpTwice(kernel, interpreter);
    }

    /// <summary>Runs both and compares what they left.</summary>
    /// <param name="left">What is in r1.</param>
    /// <param name="right">What is in r2.</param>
    /// <param name="what">What is run, for the message.</param>
    public void Compare(ulong left, ulong right, string what)
    {
        _packet.AsSpan().Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(_packet, left);
        BinaryPrimitives.WriteUInt64LittleEndian(_packet.AsSpan(8), right);
        var inKernel = _kernel.TestRun(_packet, _fromKernel);
        var here = _interpreter.Run(_cpu, ContextAddress, _regions, packet: 1);
        Assert.True(here.IsCompleted, $"{what}: {here.Fault}");
        Assert.Equal(inKernel.Value, (uint)here.Value);
        Assert.True(
            _fromKernel.AsSpan().SequenceEqual(_packet),
            $"{what} of 0x{left:x}, 0x{right:x}: the kernel leaves {Convert.ToHexStringLower(_fromKernel)}, the interpreter {Convert.ToHexStringLower(_packet)}");
    }

    public void Dispose() => _kernel.Dispose();
}
