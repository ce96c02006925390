using Saker.Bpf;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// Writes the part of a program that reads a frame's headers and goes to one label where steering lists what they say, to another where it does not. Every byte is
/// compared with the frame's end before it is read, as the verifier wants it, and lengths that headers tell are compared with what an IP header says that follows.
/// </summary>
internal sealed class HeaderWalk
{
    private const BpfRegister Context = BpfRegister.R6, End = BpfRegister.R7, Cursor = BpfRegister.R8, Number = BpfRegister.R9;
    private const BpfRegister First = BpfRegister.R2, Second = BpfRegister.R3, Left = BpfRegister.R5;

    private const short DataField = 0, DataEndField = 4;
    private const int MostTags = 2, MostExtensionHeaders = 8;
    private const int EthernetLength = 14, TagLength = 4, IPv4Length = 20, IPv6Length = 40, ExtensionLength = 8, UdpLength = 8, TcpLength = 20;
    private const ushort IPv4 = 0x0800, IPv6 = 0x86dd, Tag = 0x8100, ServiceTag = 0x88a8;
    private const byte Tcp = 6, Udp = 17, Fragment = 44, Authentication = 51;

    /// <summary>Hop-by-hop options, routing, destination options, mobility, HIP, Shim6: the second byte counts units of 8 behind the first one.</summary>
    private static readonly byte[] PlainExtensions = [0, 43, 60, 135, 139, 140];

    private readonly ProgramBuilder _code;
    private readonly XdpSteering _steering;
    private readonly RangeSet _etherTypes, _protocols, _udpPorts, _tcpPorts;
    private readonly BpfLabel _listed, _other, _transport;

    public HeaderWalk(ProgramBuilder code, XdpSteering steering, BpfLabel listed, BpfLabel other)
    {
        _code = code;
        _steering = steering;
        _listed = listed;
        _other = other;
        _transport = code.NewLabel();
        _etherTypes = RangeSet.Of(steering.EtherTypes);
        _protocols = RangeSet.Of(steering.Protocols.Select(protocol => (ushort)protocol));
        _udpPorts = new RangeSet(steering.UdpPorts);
        _tcpPorts = new RangeSet(steering.TcpPorts);
    }

    /// <summary>Writes it. The context is in r6; no other register is kept.</summary>
    public void Emit()
    {
        _code.Load(Cursor, Context, DataField, 32).Load(End, Context, DataEndField, 32);
        Want(EthernetLength);
        LoadNumber(EthernetLength - sizeof(ushort));
        Skip(EthernetLength);
        _etherTypes.EmitJump(_code, Number, _listed);
        SkipTags();
        if (_steering.ReadsNetworkHeaders)
        {
            BpfLabel second = _code.NewLabel();
            _code.JumpIf(BpfOperation.Equal, Number, IPv6, second).JumpIf(BpfOperation.NotEqual, Number, IPv4, _other);
            ReadIPv4();
            _code.Mark(second);
            ReadIPv6();
            ReadPorts();
        }

        _code.Goto(_other);
    }

    private void SkipTags()
    {
        BpfLabel network = _code.NewLabel();
        for (int i = 0; i < MostTags; i++)
        {
            BpfLabel tag = _code.NewLabel();
            _code.JumpIf(BpfOperation.Equal, Number, Tag, tag).JumpIf(BpfOperation.NotEqual, Number, ServiceTag, network).Mark(tag);
            Want(TagLength);
            LoadNumber(TagLength - sizeof(ushort));
            Skip(TagLength);
            _etherTypes.EmitJump(_code, Number, _listed);
        }

        _code.Mark(network);
    }

    private void ReadIPv4()
    {
        const short TotalLength = 2, FragmentField = 6, Protocol = 9;
        const int FragmentMask = 0x3fff; // the offset, and that more follow
        Want(IPv4Length);
        _code.Load(First, Cursor, 0, 8).Compute(BpfOperation.Move, Second, First)
            .Compute(BpfOperation.ShiftRight, Second, 4).JumpIf(BpfOperation.NotEqual, Second, 4, _other)
            .Compute(BpfOperation.And, First, 15).Compute(BpfOperation.ShiftLeft, First, 2).JumpIf(BpfOperation.Less, First, IPv4Length, _other);
        _code.Load(Number, Cursor, Protocol, 8);
        _protocols.EmitJump(_code, Number, _listed);
        if (!_steering.ReadsPorts)
        {
            _code.Goto(_other);
            return;
        }

        LoadWord(Second, FragmentField);
        _code.Compute(BpfOperation.And, Second, FragmentMask).JumpIf(BpfOperation.NotEqual, Second, 0, _other);
        LoadWord(Left, TotalLength);
        _code.Compute(BpfOperation.Subtract, Left, First).Compute(BpfOperation.Add, Cursor, First).Goto(_transport);
    }

    private void ReadIPv6()
    {
        const short PayloadLength = 4, NextHeader = 6;
        Want(IPv6Length);
        _code.Load(First, Cursor, 0, 8).Compute(BpfOperation.ShiftRight, First, 4).JumpIf(BpfOperation.NotEqual, First, 6, _other);
        LoadWord(Left, PayloadLength);
        _code.Load(Number, Cursor, NextHeader, 8);
        Skip(IPv6Length);
        for (int i = 0; i < MostExtensionHeaders; i++)
        {
            FollowExtension();
        }

        _protocols.EmitJump(_code, Number, _listed);
    }

    /// <summary>Goes over one extension header; what is none is the transport's.</summary>
    private void FollowExtension()
    {
        BpfLabel fragment = _code.NewLabel(), authentication = _code.NewLabel(), plain = _code.NewLabel(), skip = _code.NewLabel();
        _protocols.EmitJump(_code, Number, _listed);
        foreach (byte header in PlainExtensions)
        {
            _code.JumpIf(BpfOperation.Equal, Number, header, plain);
        }

        _code.JumpIf(BpfOperation.Equal, Number, Authentication, authentication).JumpIf(BpfOperation.NotEqual, Number, Fragment, _transport);
        Follow(fragment, () =>
        {
            const short OffsetField = 2;
            const int FragmentMask = 0xfff9; // the offset, and that more follow
            BpfLabel whole = _code.NewLabel();
            LoadWord(Second, OffsetField);
            _code.Load(Number, Cursor, 0, 8).Compute(BpfOperation.Move, First, ExtensionLength)
                .Compute(BpfOperation.And, Second, FragmentMask).JumpIf(BpfOperation.Equal, Second, 0, whole);
            _protocols.EmitJump(_code, Number, _listed);
            _code.Goto(_other).Mark(whole).Goto(skip);
        });
        Follow(authentication, () => _code.Load(First, Cursor, 1, 8).Compute(BpfOperation.Add, First, 2).Compute(BpfOperation.ShiftLeft, First, 2).Load(Number, Cursor, 0, 8).Goto(skip));
        Follow(plain, () => _code.Load(First, Cursor, 1, 8).Compute(BpfOperation.Add, First, 1).Compute(BpfOperation.ShiftLeft, First, 3).Load(Number, Cursor, 0, 8));

        // What the IP header counts as its own must hold it all.
        _code.Mark(skip).Compute(BpfOperation.Subtract, Left, First).JumpIf(BpfOperation.LessSigned, Left, 0, _other).Compute(BpfOperation.Add, Cursor, First);
    }

    private void Follow(BpfLabel header, Action read)
    {
        _code.Mark(header);
        Want(ExtensionLength);
        read();
    }

    private void ReadPorts()
    {
        BpfLabel tcp = _code.NewLabel();
        _code.Mark(_transport);
        if (_steering.ReadsPorts)
        {
            _code.JumpIf(BpfOperation.Equal, Number, Tcp, tcp).JumpIf(BpfOperation.NotEqual, Number, Udp, _other);
            ReadPort(_udpPorts, UdpLength);
            _code.Goto(_other).Mark(tcp);
            ReadPort(_tcpPorts, TcpLength);
        }
    }

    private void ReadPort(RangeSet ports, int headerLength)
    {
        const short DestinationPort = 2;
        if (!ports.IsEmpty)
        {
            _code.JumpIf(BpfOperation.LessSigned, Left, headerLength, _other);
            Want(headerLength);
            LoadWord(First, DestinationPort);
            ports.EmitJump(_code, First, _listed);
        }
    }

    /// <summary>Goes on only where so many bytes stand at the cursor.</summary>
    private void Want(int length) =>
        _code.Compute(BpfOperation.Move, Second, Cursor).Compute(BpfOperation.Add, Second, length).JumpIf(BpfOperation.Greater, Second, End, _other);

    private void Skip(int length) => _code.Compute(BpfOperation.Add, Cursor, length);

    private void LoadNumber(int offset) => LoadWord(Number, (short)offset);

    private void LoadWord(BpfRegister register, short offset) => _code.Load(register, Cursor, offset, 16).Apply(BpfOperation.ToBigEndian, register, 16);
}
