using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary>A program within a network, in the kernel and in every engine, over packets in which it finds what it asks and leaves what it was answered.</summary>
internal sealed class NetworkEngines : IDisposable
{
    private const int SkbLength = 192, SkbDevice = 40, SkbSegmentCount = 164, SkbSegmentSize = 176;
    private const int XdpLength = 24, XdpDataEnd = 4, XdpDevice = 12;

    private readonly ProgramType _type;
    private readonly KernelProgram _kernel;
    private readonly BpfExecutable[] _engines;
    private readonly BpfCpu _cpu;
    private readonly byte[] _output = new byte[8192];
    private readonly byte[] _here = new byte[8192];

    /// <summary>Loads a program; the calling thread must be in the network's namespace.</summary>
    public NetworkEngines(ProgramType type, string text, ProgramNetwork network)
    {
        _type = type;
        _cpu = new BpfCpu(host: network.Host);
        var program = Assembler.Assemble(text);
        Assert.True(KernelProgram.TryLoad(type, program.Slots, new LoadOptions(), out var kernel, out var refusal), $"{text}: {refusal}\n{refusal?.Log}");
        _kernel = kernel;
        _engines =
        [
            .. XdpEngines.Engines.Select(engine =>
            {
                ExecutionOptions options = new() { Engine = engine.Engine, Checks = engine.Checks, Type = type, Helpers = HelperTable.ForProgram(type) };
                Assert.True(BpfExecutable.TryCreate(program, options, out var executable, out var fault), fault?.ToString());
                return executable;
            }),
        ];
    }

    /// <summary>Runs it everywhere over a packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="device">The index of the device where it is.</param>
    /// <param name="segmentSize">For tc: the size of the segments that it stands for; else 0.</param>
    /// <returns>What the kernel left of the packet; a difference, or null.</returns>
    public (byte[] Packet, string? Difference) Run(byte[] packet, uint device = 1, ushort segmentSize = 0)
    {
        Span<byte> context = stackalloc byte[_type == ProgramType.Xdp ? XdpLength : SkbLength];
        context.Clear();
        if (_type == ProgramType.Xdp)
        {
            BinaryPrimitives.WriteInt32LittleEndian(context[XdpDataEnd..], packet.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(context[XdpDevice..], device);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbDevice..], device);
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbSegmentSize..], segmentSize);
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbSegmentCount..], segmentSize == 0 ? 0u : 2);
        }

        var kernel = _kernel.TestRun(packet, _output, context, default, new());
        var inKernel = _output.AsSpan(0, kernel.Length);
        foreach (var engine in _engines)
        {
            PacketContext here = _type == ProgramType.Xdp ? new XdpContext { IngressDevice = device } : new SkbContext { Device = device };
            here.Load(packet);
            if (here is SkbContext skb)
            {
                skb.SegmentSize = segmentSize;
            }

            var result = engine.Run(_cpu, here);
            var left = _here.AsSpan(0, here.CopyTo(_here));
            if (!result.IsCompleted || (uint)result.Value != kernel.Value || !left.SequenceEqual(inKernel))
            {
                return (inKernel.ToArray(), $"""
                    {_type}, {engine.Engine}, checks {engine.Checks} {result.Fault}
                      of     {Convert.ToHexStringLower(packet.AsSpan(0, Math.Min(packet.Length, 96)))} ({packet.Length} bytes)
                      kernel {kernel.Value} {Convert.ToHexStringLower(inKernel[..Math.Min(inKernel.Length, 96)])}
                      here   {(uint)result.Value} {Convert.ToHexStringLower(left[..Math.Min(left.Length, 96)])}
                    """);
            }
        }

        return (inKernel.ToArray(), null);
    }

    public void Dispose() => _kernel.Dispose();
}
