using System.Buffers.Binary;
using System.Globalization;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.KernelTests.Bpf.Helpers;
using Saker.Tests.Bpf.Maps;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// An xskmap in the kernel holds AF_XDP sockets, and one in this process their numbers: both say the same to user space, and show programs the same, while sockets are bound,
/// closed and made. <c>SAKER_SEED</c> takes other operations.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class XskMapTests : IDisposable
{
    private const string Device = "xsk0";
    private const int Sockets = 3;
    private const int Nothing = 0;
    private const uint NoDescriptor = 0xffff;
    private const uint Entries = 4;
    private const int NotASocket = 88, NotThatFamily = 95;

    /// <summary>Asks for the index that the packet begins with: the verdict of a redirect is returned, what a lookup finds goes behind the index.</summary>
    private const string Program = """
        r6 = *(u32 *)(r1 + 0)
        r2 = *(u32 *)(r1 + 4)
        r3 = r6
        r3 += 64
        r0 = 0
        if r3 > r2 goto out
        r7 = *(u32 *)(r6 + 0)
        *(u32 *)(r10 - 4) = r7
        r2 = r10
        r2 += -4
        r1 = map[fd:0] ll
        call 1
        r1 = 0xffffffff ll
        if r0 == 0 goto none
        r1 = *(u32 *)(r0 + 0)
        none:
        *(u64 *)(r6 + 8) = r1
        r1 = map[fd:0] ll
        r2 = r7
        r3 = 1
        call 51
        out: exit
        """;

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    private readonly NetworkNamespace _namespace = NetworkNamespace.Create(Leftovers.NewName("xskmap"));
    private readonly RawXdpSocket?[] _inKernel = new RawXdpSocket?[Sockets];
    private readonly uint[] _here = new uint[Sockets];
    private readonly bool[] _isBound = new bool[Sockets];
    private readonly XdpSockets _sockets = new();
    private readonly HeldThings _givenInKernel = new([NoDescriptor, 0, 0, 0], []);
    private readonly HeldThings _givenHere = new([NoDescriptor, 0, 0, 0], []);
    private readonly byte[] _packet = new byte[64];
    private readonly byte[] _output = new byte[64];
    private readonly XdpContext _context = new();
    private readonly BpfCpu _cpu = new();
    private int _device;

    public void Dispose()
    {
        Array.ForEach(_inKernel, static socket => socket?.Dispose());
        _namespace.Dispose();
    }

    [KernelFact]
    public void Sockets_are_held_and_shown_as_by_the_kernels()
    {
        _namespace.Enter(() =>
        {
            NamespaceCommands.Run(_namespace.Name, [$"ip link add {Device} numrxqueues 4 numtxqueues 4 type veth peer name xsk1", $"ip link set {Device} up"]);
            _device = DeviceName.IndexOf(Device);
        });
        MapCase tested = new(TestMaps.Spec(MapType.XskMap, 4, 4, Entries)) { Values = [Nothing, 1, 1, 2, 2, 3, 3] };
        for (var round = 0; round < Effort.Inputs(5, 200); round++)
        {
            using MapTwice map = MapTwice.Of(MapType.XskMap, 4, 4, Entries, environment: new MapEnvironment { Sockets = _sockets });
            using KernelProgram kernel = HelperTwice.Load(ProgramType.Xdp, Program, LoadFlags.None, [map]);
            BpfExecutable[] engines = [.. XdpEngines.Engines.Select(engine => HelperTwice.Make(ProgramType.Xdp, Program, [map], engine.Engine, engine.Checks))];
            MapScript first = new(tested, Seed + round, _givenInKernel);
            MapScript second = new(tested, Seed + round, _givenHere);
            Random random = new(Seed + round);
            for (var place = 0; place < Sockets; place++)
            {
                Renew(place);
            }

            for (var i = 0; i < 300; i++)
            {
                var happened = random.Next(20) == 0 ? Happen(random) : "";
                string says = first.Next(map.Kernel);
                string said = second.Next(map.Here);
                Assert.True(says == said, $"seed {Seed + round}, operation {i}, {happened}:\n{says}\nsays the kernel, and here it was\n{said}");
                Compare(kernel, engines, $"seed {Seed + round}, operation {i}, {happened}, {says}");
            }
        }
    }

    [KernelFact]
    public void A_socket_may_be_put_in_where_it_is_and_others_as_the_flags_say()
    {
        using MapTwice map = MapTwice.Of(MapType.XskMap, 4, 4, 1, environment: new MapEnvironment { Sockets = _sockets });
        using RawXdpSocket one = new(), other = new();
        (uint InKernel, uint Here) first = (one.Number, _sockets.Add()), second = (other.Number, _sockets.Add());
        foreach (var there in ((uint InKernel, uint Here)?[])[null, first, second])
        {
            for (ulong flags = 0; flags <= 8; flags++)
            {
                Assert.Equal((BpfError.None, BpfError.None), (map.Kernel.Delete(new byte[4]), map.Here.Delete(new byte[4])));
                if (there is { } held)
                {
                    Assert.Equal((BpfError.None, BpfError.None), Put(held, MapOperationFlags.Any));
                }

                var (expected, actual) = Put(first, (MapOperationFlags)flags);
                Assert.True(expected == actual, $"flags {flags} where there is {there}: the kernel says {expected}, and here it was {actual}");
            }
        }

        (BpfError InKernel, BpfError Here) Put((uint InKernel, uint Here) socket, MapOperationFlags flags) =>
            (map.Kernel.Update(new byte[4], BitConverter.GetBytes(socket.InKernel), flags), map.Here.Update(new byte[4], BitConverter.GetBytes(socket.Here), flags));
    }

    [KernelFact]
    public void What_is_no_AF_XDP_socket_is_not_held()
    {
        using MapTwice map = MapTwice.Of(MapType.XskMap, 4, 4, 2, environment: new MapEnvironment { Sockets = _sockets });
        using System.Net.Sockets.Socket udp = new(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        using RawXdpSocket socket = new();
        var key = new byte[4];
        Assert.Equal(BpfError.BadDescriptor, map.Kernel.Update(key, BitConverter.GetBytes(NoDescriptor)));
        Assert.Equal((BpfError)NotASocket, map.Kernel.Update(key, BitConverter.GetBytes((uint)map.Kernel.Descriptor.DangerousGetHandle())));
        Assert.Equal((BpfError)NotThatFamily, map.Kernel.Update(key, BitConverter.GetBytes((uint)udp.Handle)));
        Assert.Equal(BpfError.None, map.Kernel.Update(key, BitConverter.GetBytes(socket.Number)));

        // There are no descriptors of other things here.
        Assert.Equal(BpfError.BadDescriptor, map.Here.Update(key, BitConverter.GetBytes(NoDescriptor)));
        Assert.Equal(BpfError.None, map.Here.Update(key, BitConverter.GetBytes(_sockets.Add())));
    }

    [KernelFact]
    public void Of_a_socket_programs_read_the_queue_only()
    {
        using MapTwice map = MapTwice.Of(MapType.XskMap, 4, 4, 1, environment: new MapEnvironment { Sockets = _sockets });
        Assert.Equal(BpfError.None, map.Here.Update(new byte[4], BitConverter.GetBytes(_sockets.Add())));
        foreach (var access in (string[])["r0 = *(u32 *)(r0 + 4)", "r0 = *(u64 *)(r0 + 0)", "*(u32 *)(r0 + 0) = 1"])
        {
            var text = $"*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[fd:{{0}}] ll; call 1; if r0 == 0 goto +1; {access}; r0 = 1; exit";
            Assert.False(KernelProgram.TryLoad(
                ProgramType.Xdp, Assembler.Assemble(string.Format(CultureInfo.InvariantCulture, text, map.Kernel.Descriptor.DangerousGetHandle())).Slots, out var loaded, out _));
            loaded?.Dispose();
            _context.Load(_packet);
            var result = HelperTwice.Make(ProgramType.Xdp, string.Format(CultureInfo.InvariantCulture, text, 0), [map]).Run(_cpu, _context);
            Assert.False(result.IsCompleted, access);
        }
    }

    /// <summary>Binds a socket, or closes it and makes another.</summary>
    private string Happen(Random random)
    {
        var place = random.Next(Sockets);
        if (_isBound[place] || random.Next(2) == 0)
        {
            return Renew(place);
        }

        // Queue 0 is what one shows that is not bound.
        _inKernel[place]!.Bind(_device, (uint)place + 1);
        _sockets.Bind(_here[place], (uint)place + 1);
        _isBound[place] = true;
        return $"bound socket {place}";
    }

    private string Renew(int place)
    {
        _inKernel[place]?.Dispose();
        _sockets.Close(_here[place]);
        _inKernel[place] = _namespace.Enter(static () => new RawXdpSocket());
        _here[place] = _sockets.Add();
        _isBound[place] = false;
        _givenInKernel.Given[place + 1] = _inKernel[place]!.Number;
        _givenHere.Given[place + 1] = _here[place];
        return $"renewed socket {place}";
    }

    private void Compare(KernelProgram kernel, BpfExecutable[] engines, string what)
    {
        for (uint index = 0; index <= Entries; index++)
        {
            _packet.AsSpan().Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(_packet, index);
            var verdict = kernel.TestRun(_packet, _output).Value;
            var found = BinaryPrimitives.ReadUInt64LittleEndian(_output.AsSpan(8));
            foreach (var engine in engines)
            {
                _context.Load(_packet);
                var result = engine.Run(_cpu, _context);
                Assert.True(result.IsCompleted, $"{what}: {result.Fault}");
                var (verdictHere, foundHere) = ((uint)result.Value, BinaryPrimitives.ReadUInt64LittleEndian(_context.Data[8..]));
                Assert.True(
                    (verdict, found) == (verdictHere, foundHere),
                    $"{what}: of index {index} a program in the kernel gets {verdict} and {found:x}, one here ({engine.Engine}, checks {engine.Checks}) {verdictHere} and {foundHere:x}");
            }
        }
    }
}
