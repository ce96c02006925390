using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Tells senders of a better gateway, ever less often, and in the end no more if they do not heed it (<c>ip_rt_send_redirect</c>).</summary>
internal sealed class IPv4Redirects<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int MostIgnored = 9;
    private const long FirstPause = 20_000_000;
    private const long Silence = FirstPause << (MostIgnored + 1);

    private readonly PeerTable<IPv4Address> _peers;
    private readonly IcmpErrors<TTrace> _errors;

    public IPv4Redirects(Cpu cpu, PeerTable<IPv4Address> peers, IcmpErrors<TTrace> errors)
        : base(cpu)
    {
        _peers = peers;
        _errors = errors;
    }

    /// <summary>Tells a packet's sender to go to the next hop itself, unless it was told often or lately.</summary>
    public void Send(PacketBuffer packet, NetworkDevice device, IPv4Address nextHop)
    {
        if (device.IPv4 is not { Settings.SendRedirects: true } || !IPv4View.TryParse(packet.Linear, out IPv4View header))
        {
            return;
        }

        long now = Cpu.Now;
        Peer<IPv4Address> known;
        lock (_peers.Lock)
        {
            ref Peer<IPv4Address> peer = ref _peers.Find(header.Source, now);
            if (now - peer.Last > Silence)
            {
                peer.Tokens = 0;
                peer.Redirects = 0;
            }

            known = peer;
            peer.Last = peer.Redirects < MostIgnored ? peer.Last : now;
        }

        if (!Check(packet, "the sender has not ignored nine redirects", known.Redirects, known.Redirects < MostIgnored))
        {
            return;
        }

        bool isTime = known.Redirects == 0 || now - known.Last > FirstPause << known.Redirects;
        if (!Check(packet, "the last redirect to the sender is long enough ago", known.Redirects, isTime))
        {
            return;
        }

        _errors.Send(packet, IcmpV4Type.Redirect, (byte)IcmpV4RedirectCode.Host, nextHop.Value);

        // The error itself may have asked the rate limit, which keeps its accounts in the same place.
        lock (_peers.Lock)
        {
            ref Peer<IPv4Address> told = ref _peers.Find(header.Source, now);
            told.Last = now;
            told.Redirects++;
        }
    }
}
