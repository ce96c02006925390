using System.Buffers.Binary;
using System.Text;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Packets;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>
/// A wire over which frames go with a checksum that is still to be filled in, or as several segments in one, as the kernel's own sockets send them. A program at the sender's egress
/// works on each, in the kernel and here, and writes down what it finds afterwards.
/// </summary>
internal sealed class LiveSkb : IDisposable
{
    private const string Device = "eth0";
    private const int LongestPacket = 20000;
    private const int BytesToldOf = 80, Facts = 8;

    /// <summary>What the context says, a word each; then the first bytes of the packet, and how loading them went.</summary>
    private const string Telling = """
        r7 = r0; r8 = map[fd:0][0]+0 ll; *(u32 *)(r8 + 0) = r7
        r0 = *(u32 *)(r6 + 0); *(u32 *)(r8 + 4) = r0; r0 = *(u32 *)(r6 + 16); *(u32 *)(r8 + 8) = r0
        r0 = *(u32 *)(r6 + 80); r1 = *(u32 *)(r6 + 76); r0 -= r1; *(u32 *)(r8 + 12) = r0
        r0 = *(u32 *)(r6 + 176); *(u32 *)(r8 + 16) = r0; r0 = *(u32 *)(r6 + 164); *(u32 *)(r8 + 20) = r0
        r0 = *(u32 *)(r6 + 20); *(u32 *)(r8 + 24) = r0
        r1 = r6; r2 = 0; r3 = r8; r3 += 32; r4 = 80; call 26; *(u32 *)(r8 + 28) = r0; r0 = 2; exit
        """;

    private static readonly string[] Names = ["result", "len", "protocol", "linear", "gso_size", "gso_segs", "vlan_present", "load"];

    private readonly VethPair _wire = new();
    private readonly PacketSocket _sender;
    private KernelLink? _link;

    public LiveSkb()
    {
        _wire.Far.Enter(() => NamespaceCommands.Run(_wire.Far.Name, [$"ip link set {Device} mtu {LongestPacket}"]));
        _sender = _wire.Far.Enter(() => PacketSocket.OpenForSending(Device));
        _sender.ShowOffloads();
    }

    /// <summary>Works on frames in both, and says what differs.</summary>
    /// <param name="body">What is done, with the context in r6, and its result in r0.</param>
    /// <param name="frames">The frames, and what is known of them.</param>
    public List<string> Compare(string body, IReadOnlyList<LiveFrame> frames)
    {
        using var facts = MapTwice.Of(MapType.Array, 4, (Facts * 4) + BytesToldOf, 1);
        string text = $"r6 = r1; {body}; {Telling.ReplaceLineEndings("; ")}";
        using var program = HelperTwice.Load(ProgramType.SchedulerClassifier, text, LoadFlags.None, [facts]);
        Attach(program);
        BpfExecutable here = HelperTwice.Make(ProgramType.SchedulerClassifier, text, [facts]);
        List<string> differences = [];
        foreach (LiveFrame frame in frames)
        {
            facts.Put(0, new byte[(Facts * 4) + BytesToldOf]);
            Send(frame.ToBytes());
            RunResult result = here.Run(new BpfCpu(), frame.ToContext());
            Assert.True(result.IsCompleted, $"{body}: {result.Fault}");
            byte[] theirs = Read(facts.Kernel), ours = Read(facts.Here);
            if (!theirs.AsSpan().SequenceEqual(ours))
            {
                differences.Add($"{body} over {frame}:{Difference(theirs, ours)}");
            }
        }

        return differences;
    }

    public void Dispose()
    {
        _link?.Dispose();
        _sender.Dispose();
        _wire.Dispose();
    }

    /// <summary>Lets a program have the hook. One takes the other's place: a link that is closed may stay for a moment, and its program would come first.</summary>
    private void Attach(KernelProgram program)
    {
        if (_link is null)
        {
            _link = _wire.Far.Enter(() => KernelLink.AttachTcx(program, _wire.FarDevice, TrafficDirection.Egress));
        }
        else
        {
            _link.Replace(program);
        }
    }

    /// <summary>The program takes every frame off its way, which the socket is told.</summary>
    private void Send(byte[] bytes)
    {
        const int NoBuffers = 105;
        Assert.Equal(NoBuffers, Assert.Throws<KernelException>(() => _sender.Send(bytes)).ErrorNumber);
    }

    private static string Difference(byte[] theirs, byte[] ours)
    {
        StringBuilder text = new();
        for (int i = 0; i < Facts; i++)
        {
            int there = BinaryPrimitives.ReadInt32LittleEndian(theirs.AsSpan(4 * i)), here = BinaryPrimitives.ReadInt32LittleEndian(ours.AsSpan(4 * i));
            text.Append(there == here ? "" : $" {Names[i]} kernel {there}, here {here};");
        }

        string theirBytes = Convert.ToHexStringLower(theirs.AsSpan(4 * Facts)), ourBytes = Convert.ToHexStringLower(ours.AsSpan(4 * Facts));
        return text.Append(theirBytes == ourBytes ? "" : $"\n  kernel {theirBytes}\n  here   {ourBytes}").ToString();
    }

    private static byte[] Read(IBpfMap map)
    {
        byte[] value = new byte[map.ValueSize];
        Assert.Equal(BpfError.None, map.Lookup(new byte[4], value));
        return value;
    }
}
