using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Programs;

/// <summary>An object in this process, one of whose programs is run as the kernel's test runs do it.</summary>
internal sealed class ProcessMachine : IProgramMachine
{
    private const int Processors = 2;
    private const int LargestLinear = 3520;
    private const int LinkType = 12;

    private readonly LoadedObject _object;
    private readonly LoadedProgram _program;
    private readonly RecordReaders _readers;
    private readonly BpfCpu _cpu;
    private readonly XdpContext _xdp;
    private readonly SkbContext _skb;

    public ProcessMachine(ObjectSpec spec, ProgramCase @case, BpfEngine engine, MemoryChecks checks, bool verifies = false)
    {
        _cpu = new BpfCpu(0, @case.Network?.Invoke().Host ?? new BpfHost());
        _xdp = new XdpContext { IngressDevice = @case.Device };
        _skb = new SkbContext { Device = @case.Device };
        Assert.True(LoadedObject.TryLoad(spec, new ObjectLoadOptions { Engine = engine, Checks = checks, Verifies = verifies, CpuCount = Processors }, out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
        _object = loaded;
        _program = loaded.Program(@case.Name);
        _readers = RecordReaders.Open(spec, name => loaded.Map(name) switch
        {
            RingBufferMap ring => ring.OpenReader(),
            PerfEventArrayMap events => events.OpenReader(),
            var other => throw new InvalidOperationException($"Nothing reads the records of {other.Type}."),
        });
    }

    /// <summary>What really runs it.</summary>
    public BpfExecutable Executable => _program.Executable;

    /// <summary>What the verifier said of it.</summary>
    public VerifierResult? Verification => _program.Verification;

    public IBpfMap Map(string name) => _object.Map(name);

    public ProgramOutput Run(ProgramFrame frame) => _program.Spec.Type == ProgramType.Xdp ? RunXdp(frame.Bytes) : RunTrafficControl(frame);

    public IEnumerable<byte[]> Records(string name) => _readers.Read(name);

    public void Dispose()
    {
        _readers.Dispose();
        _object.Dispose();
    }

    private ProgramOutput RunXdp(byte[] bytes)
    {
        _xdp.Load(bytes, LargestLinear);
        uint value = Run(_xdp);
        byte[] packet = new byte[_xdp.Length];
        _xdp.CopyTo(packet);
        return new ProgramOutput(value, [.. _xdp.Metadata, .. packet], [(uint)_xdp.Metadata.Length]);
    }

    private ProgramOutput RunTrafficControl(ProgramFrame frame)
    {
        _skb.Load(frame.Bytes);
        _skb.PacketType = TypeOf(frame.Bytes);
        _skb.Protocol = ProtocolOf(frame.Bytes);
        _skb.Mark = frame.Mark;
        _skb.Priority = frame.Priority;
        frame.Control.CopyTo(_skb.ControlBlock);
        uint value = Run(_skb);
        byte[] packet = new byte[_skb.Length];
        _skb.CopyTo(packet);
        return new ProgramOutput(value, packet, [_skb.Mark, _skb.Priority, .. _skb.ControlBlock]);
    }

    private uint Run(BpfContext context)
    {
        RunResult result = _program.Run(_cpu, context);
        Assert.True(result.IsCompleted, result.Fault.ToString());
        return (uint)result.Value;
    }

    /// <summary>To whom it is, for a loopback device, whose own address and whose address for all are zero (<c>eth_type_trans</c>).</summary>
    private static uint TypeOf(byte[] frame)
    {
        const uint Host = 0, Multicast = 2, OtherHost = 3;
        ReadOnlySpan<byte> destination = frame.AsSpan(0, 6);
        return (destination[0] & 1) != 0 ? Multicast : destination.ContainsAnyExcept((byte)0) ? OtherHost : Host;
    }

    /// <summary>What it carries; a length in the place of a type says what kind of 802.3 it is.</summary>
    private static ushort ProtocolOf(byte[] frame)
    {
        const ushort LeastType = 0x600, Raw802Dot3 = 1, WithLlc = 4;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(LinkType));
        return type >= LeastType ? type : frame.Length >= LinkType + 4 && frame[LinkType + 2] == 0xff && frame[LinkType + 3] == 0xff ? Raw802Dot3 : WithLlc;
    }
}
