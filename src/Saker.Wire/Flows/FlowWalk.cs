namespace Saker.Wire;

/// <summary>
/// One dissection on its way: a method for each header, which takes note of what it tells, moves on, and says how to go on. The order of checks is that of
/// the kernel's <c>__skb_flow_dissect</c>.
/// </summary>
internal ref partial struct FlowWalk
{
    /// <summary>The kernel's <c>MAX_FLOW_DISSECT_HDRS</c>.</summary>
    private const int MaximumHeaders = 15;

    private const int RedundancyTagLength = 6;
    private const int PrecisionTimeLength = 34;
    private const int FibreChannelHeaderLength = 38;
    private const int MplsLabelLength = 4;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly FlowDissectorOptions _options;
    private int _headers;
    private int _networkOffset;
    private EtherType _networkProtocol;
    private FlowAddressFamily _family;
    private IPv6Address _source;
    private IPv6Address _destination;
    private uint _ports;
    private uint _flowLabel;
    private uint _tunnelKey;
    private byte _tunnelDepth;
    private byte _tags;
    private VlanTag _outerVlan;
    private VlanTag _innerVlan;

    internal FlowWalk(ReadOnlySpan<byte> packet, EtherType protocol, int offset, FlowDissectorOptions options)
    {
        _packet = packet;
        _options = options;
        _networkProtocol = protocol;
        _networkOffset = offset;
        Offset = offset;
    }

    /// <summary>How to go on behind a header.</summary>
    private enum Step : byte
    {
        /// <summary>With the protocol inside of IP, or if that is done, no further.</summary>
        Continue,

        /// <summary>With the network protocol just read.</summary>
        NetworkAgain,

        /// <summary>With the IP protocol just read.</summary>
        ProtocolAgain,

        /// <summary>No further: all that was wanted is known.</summary>
        Good,

        /// <summary>No further: a header is missing, wrong or unknown.</summary>
        Bad,
    }

    /// <summary>Where the next header begins; may lie beyond the end of the packet.</summary>
    internal int Offset { get; private set; }

    internal IPProtocol Protocol { get; private set; }

    internal FlowTraits Traits { get; private set; }

    private readonly ReadOnlySpan<byte> Rest => Field.Rest(_packet, Offset);

    /// <summary>Walks to the end.</summary>
    /// <returns>Whether all headers on the way were there and understood.</returns>
    internal bool Run()
    {
        while (true)
        {
            Step step = PassNetworkHeader();
            if (step is Step.Continue)
            {
                do
                {
                    step = PassInnerHeader();
                }
                while (step is Step.ProtocolAgain && MayPassAnother());
            }

            if (step is not Step.NetworkAgain || !MayPassAnother())
            {
                return step is not Step.Bad;
            }
        }
    }

    internal readonly FlowDissection ToDissection(bool isComplete) => new()
    {
        Key = new FlowKey
        {
            NetworkProtocol = _networkProtocol,
            Protocol = Protocol,
            Family = _family,
            Traits = Traits,
            Source = _source,
            Destination = _destination,
            SourcePort = (ushort)(_ports >> 16),
            DestinationPort = (ushort)_ports,
            FlowLabel = _flowLabel,
            OuterVlan = _tags > 0 ? _outerVlan : null,
            InnerVlan = _tags > 1 ? _innerVlan : null,
            TunnelDepth = _tunnelDepth,
            TunnelKey = _tunnelKey,
        },
        NetworkOffset = Math.Min(_networkOffset, _packet.Length),
        TransportOffset = Math.Min(Offset, _packet.Length),
        IsComplete = isComplete,
    };

    private bool MayPassAnother() => ++_headers <= MaximumHeaders;

    private readonly bool Has(FlowDissectorOptions option) => (_options & option) != FlowDissectorOptions.None;

    private Step PassNetworkHeader()
    {
        _networkOffset = Offset;
        switch (_networkProtocol)
        {
            case EtherType.IPv4:
                return PassIPv4();
            case EtherType.IPv6:
                return PassIPv6();
            case EtherType.Vlan or EtherType.ServiceVlan:
                return PassVlan();
            case EtherType.PppoeSession:
                return PassPppoe();
            case EtherType.Mpls or EtherType.MplsMulticast:
                Traits |= FlowTraits.Mpls;
                Offset += MplsLabelLength;
                return Step.Good;
            case EtherType.Prp or EtherType.Hsr:
                return PassRedundancyTag();
            case EtherType.PrecisionTime:
                return PassOnly(PrecisionTimeLength);
            case EtherType.FibreChannel:
                return PassOnly(FibreChannelHeaderLength);
            case EtherType.Arp or EtherType.ReverseArp or EtherType.ConnectivityFaultManagement:
                return Step.Good;
            default:
                return Step.Bad;
        }
    }

    private Step PassInnerHeader()
    {
        Step step = Protocol switch
        {
            IPProtocol.Gre => PassGre(),
            IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.DestinationOptions when _networkProtocol == EtherType.IPv6 => PassIPv6Options(),
            IPProtocol.Fragment when _networkProtocol == EtherType.IPv6 => PassIPv6Fragment(),
            IPProtocol.IPv4 => EnterIP(EtherType.IPv4),
            IPProtocol.IPv6 => EnterIP(EtherType.IPv6),
            IPProtocol.Mpls => EnterMpls(),
            _ => Step.Continue,
        };
        if ((Traits & FlowTraits.Fragment) == FlowTraits.None)
        {
            ReadPorts();
        }

        return step is Step.Continue && IsVxlan ? PassVxlan() : step;
    }

    private Step PassIPv4()
    {
        if (!IPv4View.TryParse(Rest, out IPv4View packet) || packet.HeaderLength < IPv4View.FixedLength)
        {
            return Step.Bad;
        }

        Offset += packet.HeaderLength;
        Protocol = packet.Protocol;
        _family = FlowAddressFamily.IPv4;
        _source = IPv6Address.Map(packet.Source);
        _destination = IPv6Address.Map(packet.Destination);
        if (!packet.IsFragment)
        {
            return Step.Continue;
        }

        Traits |= FlowTraits.Fragment;
        if (packet.FragmentOffset != 0)
        {
            return Step.Good;
        }

        Traits |= FlowTraits.FirstFragment;
        return Has(FlowDissectorOptions.ParseFirstFragment) ? Step.Continue : Step.Good;
    }

    private Step PassIPv6()
    {
        if (!IPv6View.TryParse(Rest, out IPv6View packet))
        {
            return Step.Bad;
        }

        Offset += IPv6View.FixedLength;
        Protocol = packet.NextHeader;
        _family = FlowAddressFamily.IPv6;
        _source = packet.Source;
        _destination = packet.Destination;
        if (packet.FlowLabel == 0)
        {
            return Step.Continue;
        }

        _flowLabel = packet.FlowLabel;
        return Has(FlowDissectorOptions.StopAtFlowLabel) ? Step.Good : Step.Continue;
    }

    private Step PassVlan()
    {
        if (!VlanView.TryParse(Rest, out VlanView vlan))
        {
            return Step.Bad;
        }

        if (_tags == 0)
        {
            _outerVlan = vlan.Tag;
        }
        else if (_tags == 1)
        {
            _innerVlan = vlan.Tag;
        }

        _tags = (byte)Math.Min(_tags + 1, 2);
        return EnterNetwork(vlan.Type, VlanView.FixedLength);
    }

    private Step PassPppoe()
    {
        if (!PppoeSessionView.TryParse(Rest, out PppoeSessionView session))
        {
            return Step.Bad;
        }

        Offset += session.HeaderLength;
        EtherType inner = session.InnerType;
        if (inner == EtherType.None)
        {
            return session.IsProtocolValid ? Step.Good : Step.Bad;
        }

        _networkProtocol = inner;
        return Step.NetworkAgain;
    }

    private Step PassRedundancyTag()
    {
        ReadOnlySpan<byte> rest = Rest;
        return rest.Length < RedundancyTagLength
            ? Step.Bad
            : EnterNetwork((EtherType)Field.UInt16(rest, RedundancyTagLength - sizeof(ushort)), RedundancyTagLength);
    }

    private Step PassOnly(int length)
    {
        if (Rest.Length < length)
        {
            return Step.Bad;
        }

        Offset += length;
        return Step.Good;
    }

    private Step PassIPv6Options()
    {
        if (!IPv6OptionsView.TryParse(Rest, out IPv6OptionsView options))
        {
            return Step.Bad;
        }

        Protocol = options.NextHeader;
        Offset += options.HeaderLength;
        return Step.ProtocolAgain;
    }

    private Step PassIPv6Fragment()
    {
        if (!IPv6FragmentView.TryParse(Rest, out IPv6FragmentView fragment))
        {
            return Step.Bad;
        }

        // The kernel calls an atomic fragment a fragment here, though it does not reassemble it.
        Traits |= FlowTraits.Fragment;
        Offset += IPv6FragmentView.FixedLength;
        Protocol = fragment.NextHeader;
        if (fragment.FragmentOffset != 0)
        {
            return Step.Good;
        }

        Traits |= FlowTraits.FirstFragment;
        return Has(FlowDissectorOptions.ParseFirstFragment) ? Step.ProtocolAgain : Step.Good;
    }

    private Step EnterNetwork(EtherType inner, int length)
    {
        _networkProtocol = inner;
        Offset += length;
        return Step.NetworkAgain;
    }

    /// <summary>Takes note of the ports where the protocol has some (the kernel's <c>proto_ports_offset</c>).</summary>
    private void ReadPorts()
    {
        int at = Protocol switch
        {
            IPProtocol.Tcp or IPProtocol.Udp or IPProtocol.UdpLite or IPProtocol.Sctp or IPProtocol.Dccp or IPProtocol.Esp => 0,
            IPProtocol.AuthenticationHeader => sizeof(uint),
            _ => -1,
        };
        ReadOnlySpan<byte> rest = Rest;
        if (at >= 0 && rest.Length >= at + sizeof(uint))
        {
            _ports = Field.UInt32(rest, at);
        }
    }
}
