namespace Saker.Wire;

/// <content>Tunnels: IP in IP, GRE, PPTP, MPLS in IP, VXLAN.</content>
internal ref partial struct FlowWalk
{
    private const int PppLength = 4;
    private const uint PptpCallMask = 0xffff;

    private readonly bool IsVxlan => Protocol == IPProtocol.Udp && (ushort)_ports == VxlanView.Port && Has(FlowDissectorOptions.EnterVxlan)
        && (Traits & FlowTraits.Fragment) == FlowTraits.None;

    private Step EnterIP(EtherType inner)
    {
        if (Has(FlowDissectorOptions.StopBeforeEncapsulation))
        {
            return Step.Good;
        }

        _networkProtocol = inner;
        return EnterTunnel();
    }

    private Step EnterMpls()
    {
        _networkProtocol = EtherType.Mpls;
        return Step.NetworkAgain;
    }

    private Step PassGre()
    {
        if (Has(FlowDissectorOptions.StopBeforeEncapsulation))
        {
            return Step.Good;
        }

        ReadOnlySpan<byte> rest = Rest;
        if (!GreView.TryParse(rest, out GreView gre))
        {
            return Step.Bad;
        }

        if (gre.Version > 1 || gre.Flags.HasFlag(GreFlags.Routing))
        {
            return Step.Good;
        }

        // The kernel takes the protocol over before it looks whether version 1 is PPTP, and leaves it so.
        _networkProtocol = gre.Protocol;
        bool isPointToPoint = gre.Version == 1;
        if (isPointToPoint && !(gre.Protocol == EtherType.Ppp && gre.Flags.HasFlag(GreFlags.Key)))
        {
            return Step.Good;
        }

        // Only what is read has to be there: a checksum or sequence number beyond the end shows in the next header.
        if (gre.Flags.HasFlag(GreFlags.Key))
        {
            if (rest.Length < GreHeader.KeyOffset(gre.Flags) + sizeof(uint))
            {
                return Step.Bad;
            }

            _tunnelKey = isPointToPoint ? gre.Key & PptpCallMask : gre.Key;
        }

        return isPointToPoint ? PassPointToPoint(gre.HeaderLength) : PassGrePayload(gre.HeaderLength);
    }

    private Step PassGrePayload(int greLength)
    {
        if (_networkProtocol != EtherType.TransparentEthernetBridging)
        {
            Offset += greLength;
            return EnterTunnel();
        }

        return EnterEthernet(greLength);
    }

    private Step PassPointToPoint(int greLength)
    {
        ReadOnlySpan<byte> ppp = Field.Rest(_packet, Offset + greLength);
        if (ppp.Length < PppLength)
        {
            return Step.Bad;
        }

        EtherType inner = PppoeSessionView.TypeOf(Field.UInt16(ppp, PppLength - sizeof(ushort)));
        if (inner is EtherType.IPv4 or EtherType.IPv6)
        {
            _networkProtocol = inner;
        }

        Offset += greLength + PppLength;
        return EnterTunnel();
    }

    /// <summary>Enters the Ethernet frame behind a tunnel's header.</summary>
    private Step EnterEthernet(int tunnelLength)
    {
        if (!EthernetView.TryParse(Field.Rest(_packet, Offset + tunnelLength), out EthernetView ethernet))
        {
            return Step.Bad;
        }

        _networkProtocol = ethernet.Type;
        Offset += tunnelLength + EthernetView.FixedLength;
        return EnterTunnel();
    }

    private Step EnterTunnel()
    {
        Traits |= FlowTraits.Encapsulation;
        _tunnelDepth++;
        return Has(FlowDissectorOptions.StopAtEncapsulation) ? Step.Good : Step.NetworkAgain;
    }

    private Step PassVxlan()
    {
        if (Has(FlowDissectorOptions.StopBeforeEncapsulation)
            || !VxlanView.TryParse(Field.Rest(_packet, Offset + UdpView.FixedLength), out VxlanView vxlan) || !vxlan.HasIdentifier)
        {
            return Step.Continue;
        }

        _tunnelKey = vxlan.NetworkIdentifier;
        return EnterEthernet(UdpView.FixedLength + VxlanView.FixedLength);
    }
}
