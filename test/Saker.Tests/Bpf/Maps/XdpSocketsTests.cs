using Saker.Bpf;
using Saker.Tests.Bpf.Helpers;

namespace Saker.Tests.Bpf.Maps;

public sealed class XdpSocketsTests : IDisposable
{
    private readonly XdpSockets _sockets = new();
    private readonly XskMap _map;
    private readonly MapProgram _programs;

    public XdpSocketsTests()
    {
        _map = (XskMap)TestMaps.Create(TestMaps.Spec(MapType.XskMap, 4, 4, 3), new MapEnvironment { Sockets = _sockets });
        _programs = new MapProgram(BpfEngine.Interpreter, ProgramType.Xdp, _map);
    }

    public void Dispose() => _map.Dispose();

    [Fact]
    public void A_redirect_goes_to_the_socket_and_a_lookup_shows_its_queue()
    {
        uint socket = _sockets.Add();
        Assert.Equal(BpfError.None, Put(1, socket));
        Assert.Equal(0ul, Queue(1));
        _sockets.Bind(socket, 7);
        Assert.Equal(7ul, Queue(1));
        Assert.Equal(BpfError.None, Put(2, socket));
        Assert.Equal(7ul, Queue(2));
        BpfCpu cpu = new();
        Assert.Equal(4ul, _programs.Value("r1 = map[fd:0] ll; r2 = 1; r3 = 0; call 51; exit", cpu: cpu));
        Assert.Equal(new BpfRedirect(RedirectKind.Map, socket, _map, 1), cpu.Redirect);
    }

    [Fact]
    public void A_socket_that_is_closed_is_in_no_map()
    {
        uint first = _sockets.Add(), second = _sockets.Add();
        Assert.NotEqual(first, second);
        Put(0, first);
        Put(1, second);
        Put(2, first);
        _sockets.Close(first);
        Assert.Equal(["none", "0", "none"], [.. Enumerable.Range(0, 3).Select(index => Queue((uint)index) is { } queue ? $"{queue}" : "none")]);
        Assert.Equal(BpfError.BadDescriptor, Put(0, first));
        Assert.Throws<ArgumentException>(() => _sockets.Bind(first, 1));
        _sockets.Close(first);
        Assert.NotEqual(first, _sockets.Add());
    }

    [Fact]
    public void A_map_that_is_disposed_hears_of_sockets_no_more()
    {
        uint socket = _sockets.Add();
        BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.XskMap, 4, 4, 3), new MapEnvironment { Sockets = _sockets });
        Assert.Equal(BpfError.None, map.Update(TestMaps.Key(0), BitConverter.GetBytes(socket)));
        map.Dispose();
        _sockets.Bind(socket, 1);
        _sockets.Close(socket);
    }

    [Fact]
    public void Maps_never_hold_a_socket_that_is_closed()
    {
        uint open = _sockets.Add();
        Stress.Run(Renew, Write, Write, Read);
        Assert.All(Enumerable.Range(0, 3), index => Assert.True(!_map.TryGetTarget((uint)index, out uint held) || held == open));

        void Renew(int round)
        {
            uint closed = Volatile.Read(ref open);
            Volatile.Write(ref open, _sockets.Add());
            _sockets.Close(closed);
        }

        void Write(int round)
        {
            uint socket = Volatile.Read(ref open);
            Assert.Contains(Put((uint)round % 3, socket), (BpfError[])[BpfError.None, BpfError.BadDescriptor]);
        }

        void Read(int round)
        {
            uint least = Volatile.Read(ref open) - 1;
            Assert.True(!_map.TryGetTarget((uint)round % 3, out uint held) || held >= least, $"{held} is closed");
        }
    }

    private BpfError Put(uint index, uint socket) => _map.Update(TestMaps.Key(index), BitConverter.GetBytes(socket));

    private ulong? Queue(uint index)
    {
        ulong found = _programs.Value($"*(u32 *)(r10 - 4) = {index}; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto +3; r0 = *(u32 *)(r0 + 0); r0 += 1; exit; exit");
        return found == 0 ? null : found - 1;
    }
}
