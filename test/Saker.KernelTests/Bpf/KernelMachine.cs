using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf;

/// <summary>An object in the running kernel, one of whose programs is run over frames that nobody sends.</summary>
internal sealed class KernelMachine : IProgramMachine
{
    private const int RoomForPacket = 16384;
    private const int XdpLength = 24, XdpData = 0, XdpDataEnd = 4;
    private const int SkbLength = 192, SkbMark = 8, SkbPriority = 32, SkbDevice = 40, SkbControl = 48;

    private readonly byte[] _output = new byte[RoomForPacket];
    private readonly KernelObject _object;
    private readonly KernelProgram _program;
    private readonly bool _isXdp;
    private readonly uint _device;
    private readonly RecordReaders _readers;

    public KernelMachine(ObjectSpec spec, string program, uint device)
    {
        _device = device;
        Assert.True(KernelObject.TryLoad(spec, out var loaded, out var refusal), $"{refusal}\n{(refusal as ProgramRefusal)?.Log}");
        _object = loaded;
        _program = loaded.Program(program);
        _isXdp = _program.Type == ProgramType.Xdp;
        _readers = RecordReaders.Open(spec, name => loaded.Map(name).OpenReader());
    }

    public IBpfMap Map(string name) => _object.Map(name);

    public ProgramOutput Run(ProgramFrame frame)
    {
        Span<byte> context = stackalloc byte[_isXdp ? XdpLength : SkbLength];
        context.Clear();
        if (_isXdp)
        {
            BinaryPrimitives.WriteInt32LittleEndian(context[XdpDataEnd..], frame.Bytes.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbMark..], frame.Mark);
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbPriority..], frame.Priority);
            BinaryPrimitives.WriteUInt32LittleEndian(context[SkbDevice..], _device);
            for (var i = 0; i < ProgramFrame.ControlWords; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(context[(SkbControl + (4 * i))..], frame.Control[i]);
            }
        }

        Span<byte> after = stackalloc byte[context.Length];
        var result = _program.TestRun(frame.Bytes, _output, context, after, new());
        return new ProgramOutput(result.Value, _output[..result.Length], ContextOf(after));
    }

    public IEnumerable<byte[]> Records(string name) => _readers.Read(name);

    public void Dispose()
    {
        _readers.Dispose();
        _object.Dispose();
    }

    private uint[] ContextOf(ReadOnlySpan<byte> context)
    {
        if (_isXdp)
        {
            return [BinaryPrimitives.ReadUInt32LittleEndian(context[XdpData..])];
        }

        var words = new uint[2 + ProgramFrame.ControlWords];
        words[0] = BinaryPrimitives.ReadUInt32LittleEndian(context[SkbMark..]);
        words[1] = BinaryPrimitives.ReadUInt32LittleEndian(context[SkbPriority..]);
        for (var i = 0; i < ProgramFrame.ControlWords; i++)
        {
            words[2 + i] = BinaryPrimitives.ReadUInt32LittleEndian(context[(SkbControl + (4 * i))..]);
        }

        return words;
    }
}
