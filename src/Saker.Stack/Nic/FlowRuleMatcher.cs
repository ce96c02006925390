using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>Flow rules as the packet path asks them: one after the other, the lowest location first.</summary>
internal sealed class FlowRuleMatcher
{
    private const int VlanTagOffset = EthernetView.FixedLength;
    private const int EtherTypeOffset = EthernetView.FixedLength - sizeof(ushort);
    private const int UdpHeaderLength = 8;
    private const int SctpHeaderLength = 12;
    private const uint EveryKind = uint.MaxValue;

    private readonly Entry[] _rules;

    public FlowRuleMatcher(FlowRuleTable rules) =>
        _rules = [.. rules.Rules.Select(rule => new Entry(KindsOf(rule.Type), [.. rule.Conditions], (short)rule.Action, rule.Location))];

    /// <summary>Finds the rule that decides a frame, if one does.</summary>
    public bool TryMatch(ReadOnlySpan<byte> frame, RssFlow flow, out SteeringResult result)
    {
        foreach (ref readonly Entry rule in _rules.AsSpan())
        {
            if ((rule.Kinds >> (int)flow.Type & 1) != 0 && Holds(rule.Conditions, frame, flow))
            {
                result = new SteeringResult(flow, SteeringStatus.Rule, (uint)rule.Location, rule.Queue);
                return true;
            }
        }

        result = default;
        return false;
    }

    private static uint KindsOf(RssFlowType type)
    {
        const uint IPv6 = EveryKind << (int)RssFlowType.IPv6;
        return type switch
        {
            RssFlowType.None => EveryKind,
            RssFlowType.IPv4 => ~IPv6 & ~1u,
            RssFlowType.IPv6 => IPv6,
            _ => 1u << (int)type,
        };
    }

    private static bool Holds(FlowRuleCondition[] conditions, ReadOnlySpan<byte> frame, RssFlow flow)
    {
        foreach (ref readonly FlowRuleCondition condition in conditions.AsSpan())
        {
            if (!TryRead(condition, frame, flow, out UInt128 found) || ((found ^ condition.Value) & condition.Mask) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a frame has in the place that a condition asks for.</summary>
    /// <returns>False if the frame has no such place, or was cut before it.</returns>
    private static bool TryRead(in FlowRuleCondition condition, ReadOnlySpan<byte> frame, RssFlow flow, out UInt128 value)
    {
        int network = flow.AddressOffset - (flow.IsIPv6 ? 8 : 12);
        switch (condition.Field)
        {
            case FlowRuleField.SourceMac:
                return TryRead(frame, MacAddress.Size, MacAddress.Size, out value);
            case FlowRuleField.DestinationMac:
                return TryRead(frame, 0, MacAddress.Size, out value);
            case FlowRuleField.EtherType:
                return TryReadEtherType(frame, out value);
            case FlowRuleField.SourceAddress:
                return TryRead(frame, flow.AddressOffset, flow.IsIPv6 ? 16 : 4, out value);
            case FlowRuleField.DestinationAddress:
                return TryRead(frame, flow.AddressOffset + (flow.IsIPv6 ? 16 : 4), flow.IsIPv6 ? 16 : 4, out value);
            case FlowRuleField.TypeOfService when flow.IsIPv6:
                bool isThere = TryRead(frame, network, sizeof(ushort), out value);
                value = (value >> 4) & 0xff;
                return isThere;
            case FlowRuleField.TypeOfService:
                return TryRead(frame, network + 1, 1, out value);
            case FlowRuleField.Protocol:
                value = (byte)flow.Protocol;
                return true;
            case FlowRuleField.SourcePort:
                return TryReadTransport(frame, flow, 0, sizeof(ushort), out value);
            case FlowRuleField.DestinationPort:
                return TryReadTransport(frame, flow, sizeof(ushort), sizeof(ushort), out value);
            case FlowRuleField.SecurityParameterIndex:
                return TryReadTransport(frame, flow, flow.Protocol == IPProtocol.AuthenticationHeader ? sizeof(uint) : 0, sizeof(uint), out value);
            case FlowRuleField.TransportData:
                return TryReadTransport(frame, flow, 0, sizeof(uint), out value);
            case FlowRuleField.VlanEtherType:
                return TryRead(frame, EtherTypeOffset, sizeof(ushort), out value) && ((EtherType)(ushort)value).IsVlan;
            case FlowRuleField.VlanTag:
                return TryRead(frame, EtherTypeOffset, sizeof(ushort), out value) && ((EtherType)(ushort)value).IsVlan
                    && TryRead(frame, VlanTagOffset, sizeof(ushort), out value);
            case FlowRuleField.UserDefined:
                int offset = (int)((uint)condition.Value >> 16);
                return TryReadTransport(frame, flow, HeaderLength(frame, flow) + offset, sizeof(ushort), out value);
            default:
                value = 0;
                return false;
        }
    }

    private static bool TryReadEtherType(ReadOnlySpan<byte> frame, out UInt128 type)
    {
        int offset = EtherTypeOffset;
        for (int tags = 0; TryRead(frame, offset, sizeof(ushort), out type); tags++)
        {
            if (tags == 2 || !((EtherType)(ushort)type).IsVlan)
            {
                return true;
            }

            offset += VlanView.FixedLength;
        }

        return false;
    }

    private static bool TryReadTransport(ReadOnlySpan<byte> frame, RssFlow flow, int offset, int length, out UInt128 value)
    {
        value = 0;
        return flow.TransportOffset != 0 && TryRead(frame, flow.TransportOffset + offset, length, out value);
    }

    private static int HeaderLength(ReadOnlySpan<byte> frame, RssFlow flow) => flow.Type switch
    {
        RssFlowType.IPv4Udp or RssFlowType.IPv6Udp => UdpHeaderLength,
        RssFlowType.IPv4Sctp or RssFlowType.IPv6Sctp => SctpHeaderLength,
        RssFlowType.IPv4Tcp or RssFlowType.IPv6Tcp => TcpView.TryParse(frame[flow.TransportOffset..], out TcpView tcp) ? tcp.HeaderLength : frame.Length,
        _ => 0,
    };

    private static bool TryRead(ReadOnlySpan<byte> frame, int offset, int length, out UInt128 value)
    {
        value = 0;
        if (frame.Length - offset < length)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = frame.Slice(offset, length);
        value = length switch
        {
            1 => bytes[0],
            sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            sizeof(uint) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            MacAddress.Size => MacAddress.ReadFrom(bytes).Value,
            _ => BinaryPrimitives.ReadUInt128BigEndian(bytes),
        };
        return true;
    }

    private readonly record struct Entry(uint Kinds, FlowRuleCondition[] Conditions, short Queue, int Location);
}
