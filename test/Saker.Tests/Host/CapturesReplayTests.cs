using System.Diagnostics.CodeAnalysis;
using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Stack.Softirq;
using Saker.Wire.Captures;

namespace Saker.Tests.Host;

/// <summary>Whatever a capture holds, its replay ends in order: every frame has a verdict, and every buffer goes home.</summary>
public class CapturesReplayTests
{
    public static TheoryData<int> Headrooms => [256, 480];

    /// <summary>Frames in one piece, and in fragments of 32 bytes.</summary>
    [CapturesTheory]
    [MemberData(nameof(Headrooms))]
    public void Every_capture_replays_twice_alike_and_leaves_no_buffer_behind(int headroom)
    {
        CpuOptions cpu = new() { FrameSize = 512, FrameHeadroom = headroom, FrameCapacity = 8192, PacketCapacity = 8192 };
        foreach (string path in CaptureFolder.Files())
        {
            string first = Replay(path, cpu);
            Assert.Equal(first, Replay(path, cpu));
        }
    }

    /// <summary>Disposing of the session throws if a packet or a chunk has not come back.</summary>
    private static string Replay(string path, CpuOptions cpu)
    {
        if (!HostInference.TryInfer(Open, out HostConfiguration? host, out _) || !Open(out CaptureReader? reader, out _))
        {
            return string.Empty;
        }

        using (reader)
        using (MemoryStream output = new())
        {
            NetworkDevice device = host.OnlyDevice!;
            using ReplayJson json = new(output, "capture", device, host.Devices);
            using (ReplaySession session = new(host, new ReplayOptions { Device = device, Cpu = cpu }, json))
            {
                session.Run(reader);
            }

            json.Finish();
            return Encoding.UTF8.GetString(output.ToArray());
        }

        bool Open([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault) => CaptureReader.TryOpen(path, out reader, out fault);
    }
}
