using Saker.Bpf;

namespace Saker.Host.AfXdp;

/// <summary>
/// Makes the XDP program that turns the kernel's test frames into traffic and redirects them to a device. It writes all headers anew each time, since frames come round again, as whoever
/// had them left them.
/// </summary>
internal sealed class GeneratorProgram
{
    public const string ProgramName = "saker_generate", DevicesName = "devices", CountersName = "counters";

    /// <summary>Bytes of a counter: frames so far, then the next flow.</summary>
    public const int CounterSize = 2 * sizeof(ulong);

    private const BpfRegister Packet = BpfRegister.R6, Flow = BpfRegister.R7, Number = BpfRegister.R8, DatagramSum = BpfRegister.R9, HeaderSum = BpfRegister.R5;
    private const BpfRegister Value = BpfRegister.R2, Piece = BpfRegister.R3;
    private const int LookUp = 1, RedirectMap = 51, Aborted = 0;
    private const short NextFlow = sizeof(ulong), Scratch = -sizeof(uint);
    private const int LowWord = 0xffff;

    private readonly ProgramBuilder _code = new();
    private readonly List<InstructionReference> _references = [];
    private readonly GeneratedTraffic _traffic;
    private readonly TrafficTemplate _template;
    private readonly FlowPart[] _parts;

    private GeneratorProgram(GeneratedTraffic traffic, TrafficTemplate template)
    {
        _traffic = traffic;
        _template = template;
        _parts = [.. traffic.Parts()];
    }

    /// <summary>Makes one, with a map of the one device, and one of counters.</summary>
    public static ObjectSpec Create(GeneratedTraffic traffic, TrafficTemplate template)
    {
        GeneratorProgram program = new(traffic, template);
        program.Emit();
        BpfInstruction[] slots = [.. program._code.Build().Slots];
        return new()
        {
            IsBigEndian = !BitConverter.IsLittleEndian,
            License = "Dual MIT/GPL",
            Maps =
            [
                new MapSpec { Name = DevicesName, Type = MapType.DeviceMap, KeySize = sizeof(uint), ValueSize = sizeof(uint), MaximumEntries = 1 },
                new MapSpec { Name = CountersName, Type = MapType.PerCpuArray, KeySize = sizeof(uint), ValueSize = CounterSize, MaximumEntries = 1 },
            ],
            Programs =
            [
                new ProgramSpec
                {
                    Name = ProgramName,
                    Section = "xdp",
                    Type = ProgramType.Xdp,
                    Instructions = [.. slots],
                    Functions = [new ProgramFunction(ProgramName, 0, slots.Length, 0, IsGlobal: true)],
                    References = [.. program._references],
                },
            ],
        };
    }

    private void Emit()
    {
        const short DataField = 0, DataEndField = 4;
        int written = _traffic.PayloadOffset + (_traffic.IsNumbered ? GeneratedTraffic.NumberLength : 0);
        BpfLabel abort = _code.NewLabel();
        _code.Load(Packet, BpfRegister.R1, DataField, 32).Load(Value, BpfRegister.R1, DataEndField, 32)
            .Compute(BpfOperation.Move, Piece, Packet).Compute(BpfOperation.Add, Piece, written).JumpIf(BpfOperation.Greater, Piece, Value, abort);
        Count(abort);
        WriteHeaders();
        if (_parts.Length > 0 || _traffic.IsNumbered)
        {
            Vary();
        }

        LoadMap(DevicesName);
        _code.Compute(BpfOperation.Move, BpfRegister.R2, 0).Compute(BpfOperation.Move, BpfRegister.R3, Aborted).Call(RedirectMap).Exit()
            .Mark(abort).Compute(BpfOperation.Move, BpfRegister.R0, Aborted).Exit();
    }

    private void Count(BpfLabel abort)
    {
        BpfLabel inside = _code.NewLabel();
        _code.Store(BpfRegister.R10, Scratch, 0, 32).Compute(BpfOperation.Move, BpfRegister.R2, BpfRegister.R10).Compute(BpfOperation.Add, BpfRegister.R2, Scratch);
        LoadMap(CountersName);
        _code.Call(LookUp).JumpIf(BpfOperation.Equal, BpfRegister.R0, 0, abort)
            .Load(Number, BpfRegister.R0, 0).Compute(BpfOperation.Move, Value, Number).Compute(BpfOperation.Add, Value, 1).Store(BpfRegister.R0, 0, Value);
        if (_parts.Length > 0)
        {
            _code.Load(Flow, BpfRegister.R0, NextFlow).Compute(BpfOperation.Move, Value, Flow).Compute(BpfOperation.Add, Value, 1)
                .JumpIf(BpfOperation.Less, Value, _traffic.Flows, inside).Compute(BpfOperation.Move, Value, 0).Mark(inside).Store(BpfRegister.R0, NextFlow, Value);
        }
    }

    private void WriteHeaders()
    {
        int offset = 0;
        for (; offset + sizeof(int) <= _traffic.PayloadOffset; offset += sizeof(int))
        {
            _code.Store(Packet, (short)offset, BitConverter.ToInt32(_template.Frame, offset), 32);
        }

        for (; offset < _traffic.PayloadOffset; offset += sizeof(short))
        {
            _code.Store(Packet, (short)offset, BitConverter.ToInt16(_template.Frame, offset), 16);
        }
    }

    /// <summary>Writes what this frame has for itself, and the checksums over it.</summary>
    private void Vary()
    {
        _code.Compute(BpfOperation.Move, DatagramSum, (int)_template.DatagramSum, 32).Compute(BpfOperation.Move, HeaderSum, (int)_template.HeaderSum, 32);
        foreach (FlowPart part in _parts)
        {
            _code.Compute(BpfOperation.Move, Value, Flow).Compute(BpfOperation.ShiftRight, Value, part.Shift)
                .Compute(BpfOperation.And, Value, (1 << part.Bits) - 1).Compute(BpfOperation.Add, Value, (int)part.Base, 32);
            int width = part.IsPort ? 16 : 32;
            _code.Compute(BpfOperation.Move, Piece, Value).Apply(BpfOperation.ToBigEndian, Piece, width).Store(Packet, (short)part.Offset, Piece, width);
            AddWords(Value, part.IsPort ? 1 : 2, isHeaders: !part.IsPort && !_traffic.IsIPv6);
        }

        if (_traffic.IsNumbered)
        {
            _code.Compute(BpfOperation.Move, Piece, Number).Apply(BpfOperation.ToBigEndian, Piece, 64).Store(Packet, (short)_traffic.PayloadOffset, Piece);
            AddWords(Number, 4, isHeaders: false);
        }

        if (!_traffic.IsIPv6)
        {
            Complete(HeaderSum, _template.HeaderChecksum, avoidsZero: false);
        }

        Complete(DatagramSum, _template.DatagramChecksum, avoidsZero: true);
    }

    /// <summary>Adds a number's words to the datagram's sum, and where it is the header's too, to that; the number is lost.</summary>
    private void AddWords(BpfRegister number, int words, bool isHeaders)
    {
        for (int i = 0; i < words; i++)
        {
            _code.Compute(BpfOperation.Move, Piece, number).Compute(BpfOperation.And, Piece, LowWord).Compute(BpfOperation.Add, DatagramSum, Piece)
                .Compute(BpfOperation.ShiftRight, number, 16);
            if (isHeaders)
            {
                _code.Compute(BpfOperation.Add, HeaderSum, Piece);
            }
        }
    }

    private void Complete(BpfRegister sum, int offset, bool avoidsZero)
    {
        for (int i = 0; i < 3; i++)
        {
            _code.Compute(BpfOperation.Move, Piece, sum).Compute(BpfOperation.ShiftRight, Piece, 16).Compute(BpfOperation.And, sum, LowWord).Compute(BpfOperation.Add, sum, Piece);
        }

        _code.Compute(BpfOperation.Xor, sum, LowWord);
        if (avoidsZero)
        {
            BpfLabel isSet = _code.NewLabel();
            _code.JumpIf(BpfOperation.NotEqual, sum, 0, isSet).Compute(BpfOperation.Move, sum, LowWord).Mark(isSet);
        }

        _code.Apply(BpfOperation.ToBigEndian, sum, 16).Store(Packet, (short)offset, sum, 16);
    }

    private void LoadMap(string name)
    {
        _references.Add(new InstructionReference(_code.Count, ReferenceKind.Map, name, 0, IsWeak: false));
        _code.Constant(BpfRegister.R1, 0);
    }
}
