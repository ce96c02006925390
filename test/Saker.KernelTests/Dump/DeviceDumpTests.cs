using System.Text;
using Saker.Bpf.Classic;
using Saker.Host.Dump;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Wire.Captures;

namespace Saker.KernelTests.Dump;

/// <summary>Dumps a device: the kernel filters and takes VLAN tags out of frames, and the dump has them as they were on the wire.</summary>
public sealed class DeviceDumpTests
{
    /// <summary>What <c>tcpdump -ddd -i lo vlan 5</c> of 4.99.3 prints.</summary>
    private const string OfVlan5 = "15,48 0 0 4294963248,21 4 0 1,40 0 0 12,21 2 0 33024,21 1 0 34984,21 0 8 37120,48 0 0 4294963248,21 0 2 1,48 0 0 4294963244,5 0 0 1,40 0 0 14,"
        + "84 0 0 4095,21 0 1 5,6 0 0 262144,6 0 0 0";

    private const string Target = "020000000001";
    private const string Sender = "020000000002";

    private static readonly byte[][] Frames =
    [
        Frame(Target, "88b5"), Frame(Target, "81000005" + "88b5"), Frame("ffffffffffff", "81006064" + "88b5"), Frame("01005e000001", "88a80005" + "81000007" + "88b5"),
        Frame("020000000009", "91000005" + "88b5"), Frame(Target, "88b6", 1400),
    ];

    [KernelFact]
    public void Frames_are_dumped_as_they_were_on_the_wire()
    {
        var dumped = Dump(null, Frames.Length);
        Assert.Equal(Frames.Select(Convert.ToHexStringLower), dumped.Select(frame => frame.Bytes));
        Assert.Equal(Frames.Select(frame => frame.Length), dumped.Select(frame => frame.OriginalLength));

        // Inbound, and for one, all, a group, another.
        Assert.Equal([5u, 5u, 13u, 9u, 17u, 5u], dumped.Select(frame => frame.Flags));
    }

    [KernelFact]
    public void Kernel_runs_the_filter_and_cuts_what_it_keeps_without_the_tag()
    {
        Assert.Equal(((int[])[1, 3, 4]).Select(number => Convert.ToHexStringLower(Frames[number])), Dump(OfVlan5, 3).Select(frame => frame.Bytes));
        var cut = Dump("1,6 0 0 20", Frames.Length);
        Assert.Equal([20, 24, 24, 24, 20, 20], cut.Select(frame => frame.Bytes.Length / 2));
        Assert.Equal(Frames.Select(frame => frame.Length), cut.Select(frame => frame.OriginalLength));
    }

    [KernelFact]
    public void Dump_of_a_device_and_of_a_capture_of_it_are_the_same_for_a_program_that_asks_for_the_tag()
    {
        foreach (var text in (string[])[OfVlan5, "4,48 0 0 4294963248,21 0 1 1,6 0 0 30,6 0 0 0"])
        {
            Assert.True(ClassicText.TryParse(text, out var program, out var fault), fault?.ToString());
            CaptureFilter filter = new(program);
            List<string> expected = [];
            for (var i = 0; i < Frames.Length; i++)
            {
                CaptureFrame frame = new()
                {
                    Number = i + 1,
                    Offset = 0,
                    TimestampNanoseconds = 0,
                    OriginalLength = Frames[i].Length,
                    InterfaceIndex = 0,
                    LinkType = LinkType.Ethernet,
                    Bytes = Frames[i],
                };
                if (filter.Passes(frame, out var kept))
                {
                    expected.Add(Convert.ToHexStringLower(Frames[i].AsSpan(0, kept)));
                }
            }

            Assert.Equal(expected, Dump(text, expected.Count).Select(frame => frame.Bytes));
        }
    }

    [KernelFact(Command = "tshark")]
    public void File_of_a_device_is_read_by_tshark_without_complaint()
    {
        var path = Path.GetTempFileName();
        try
        {
            Dump(null, Frames.Length, path);
            var (output, error) = SystemCommand.Run("tshark", "-r", path, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.len", "-e", "vlan.id");
            Assert.Equal(["eth0 60 ", "eth0 64 5", "eth0 64 100", "eth0 68 7", "eth0 64 5", "eth0 1414 "], Encoding.UTF8.GetString(output).Replace('\t', ' ').TrimEnd('\n').Split('\n'));
            Assert.DoesNotContain(error.Split('\n'), line => line.Length != 0 && !line.Contains("Running as user", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Dumps what comes, to a file if one is named.</summary>
    private static List<(string Bytes, int OriginalLength, uint Flags)> Dump(string? filter, int count, string? path = null)
    {
        ClassicProgram? program = null;
        Assert.True(filter is null || ClassicText.TryParse(filter, out program, out _));
        using var target = NetworkNamespace.Create(Leftovers.NewName("dump-target"));
        using var sender = NetworkNamespace.Create(Leftovers.NewName("dump-sender"));
        List<(string, int, uint)> dumped = [];
        target.Enter(() =>
        {
            NamespaceCommands.Run(
                target.Name,
                [
                    "sysctl -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
                    $"ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns {sender.Name}", "ip link set eth0 up",
                ]);
            using var source = DeviceFrames.Open("eth0", program, isPromiscuous: true);
            sender.Enter(() =>
            {
                NamespaceCommands.Run(sender.Name, ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", "ip link set eth0 address 02:00:00:00:00:02 arp off up"]);
                using var wire = PacketSocket.OpenForSending("eth0");
                foreach (var frame in Frames)
                {
                    wire.Send(frame);
                }
            });
            using var file = path is null ? null : new DumpFile(File.Create(path));
            while (source.TryNext(out var frame))
            {
                file?.Write(frame, source.Interfaces);
                Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (frame.TimestampNanoseconds / 1_000_000), 0, 60_000);
                dumped.Add((Convert.ToHexStringLower(frame.Bytes), frame.OriginalLength, frame.Flags));
            }

            Assert.Equal(count, (int)source.Summarize().Seen);
        });
        return dumped;
    }

    private static byte[] Frame(string destination, string type, int payload = 46) =>
        [.. Convert.FromHexString(destination + Sender + type), .. Enumerable.Range(0, payload).Select(number => (byte)number)];
}
