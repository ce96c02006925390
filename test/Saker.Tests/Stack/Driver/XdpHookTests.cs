using Saker.Packets;
using Saker.Stack.Driver;
using Saker.Stack.Nic;

namespace Saker.Tests.Stack.Driver;

/// <summary>The hook sees the raw frame, decides, and every buffer goes home.</summary>
public sealed class XdpHookTests : XdpHook
{
    private readonly List<byte[]> _taken = [];
    private XdpAction _action = XdpAction.Pass;
    private int _moveStart;
    private int _parts;
    private int _length;
    private int _flushes;

    [Theory]
    [InlineData(64, 1)]
    [InlineData(5000, 3)]
    public void The_hook_sees_the_whole_frame(int length, int parts)
    {
        using CardHost host = Host();
        byte[] frame = CardHost.Frame(length);
        host.Arrive(frame);
        host.Work();
        Assert.Equal((parts, length), (_parts, _length));
        Assert.Equal(frame, host.Seen.Single());
        Assert.Equal(1, _flushes);
    }

    [Fact]
    public void What_the_hook_puts_in_front_or_takes_away_is_on_the_packet()
    {
        using CardHost host = Host();
        byte[] frame = CardHost.Frame(100);
        _moveStart = -4;
        host.Arrive(frame);
        host.Work();
        Assert.Equal(104, host.Seen[0].Length);
        _moveStart = -1000;
        host.Arrive(frame);
        host.Work();
        Assert.Single(host.Seen);
        Assert.Equal(1, host.Stack.Cpus[0].Drops[DropReason.XdpAborted]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(9000)]
    public void A_dropped_frame_leaves_its_buffers_in_the_ring(int length)
    {
        using CardHost host = Host();
        _action = XdpAction.Drop;
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(host.Arrive(CardHost.Frame(length)));
            host.Work();
        }

        Assert.Equal(2000, host.Stack.Cpus[0].Drops[DropReason.XdpDrop]);
        Assert.Equal((512L, 0), (host.Ring[QueueCounter.PageAllocated], host.Stack.Cpus[0].Packets.OutstandingCount));
        Assert.Empty(host.Seen);
    }

    [Theory]
    [InlineData(XdpAction.Transmit)]
    [InlineData(XdpAction.Redirect)]
    public void A_frame_that_goes_elsewhere_is_the_hooks(XdpAction action)
    {
        using CardHost host = Host();
        _action = action;
        byte[] frame = CardHost.Frame(3000);
        host.Arrive(frame);
        host.Work();
        Assert.Equal(frame, _taken.Single());
        Assert.Empty(host.Seen);
    }

    [Fact]
    public void An_action_that_is_none_drops()
    {
        using CardHost host = Host();
        _action = (XdpAction)77;
        host.Arrive(1);
        host.Work();
        Assert.Equal(1, host.Stack.Cpus[0].Drops[DropReason.XdpInvalid]);
    }

    public override XdpAction Run(ref XdpFrame frame)
    {
        _parts = frame.PartCount;
        _length = frame.Data.Length;
        for (int i = 1; i < frame.PartCount; i++)
        {
            _length += frame.Part(i).Length;
        }

        frame.Start += _moveStart;
        return _action;
    }

    public override void Take(PacketBuffer frame, XdpAction action)
    {
        Assert.Equal(_action, action);
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(0, bytes);
        _taken.Add(bytes);
        frame.Free();
    }

    public override void Flush() => _flushes++;

    private CardHost Host()
    {
        CardHost host = new();
        host.Ring.Hook = this;
        return host;
    }
}
