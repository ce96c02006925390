using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Tests.Stack.Nic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Inference;

public sealed class HostInferenceTests
{
    private const string Early = "02:00:00:00:00:0a";
    private const string Late = "02:00:00:00:00:0b";

    [Theory]
    [InlineData(5000, 3000, Early, "10.0.0.10", 2)]
    [InlineData(5000, 5001, Late, "10.0.0.11", 3)]
    [InlineData(10, 20, Late, "10.0.0.11", 2)]
    public void The_station_is_the_one_that_receives_most_whoever_does_so_first(int early, int late, string station, string address, int readings)
    {
        byte[] capture = Capture(early, late);
        int opened = 0;
        Assert.True(HostInference.TryInfer(Open, out HostConfiguration? host, out _));
        Assert.Equal(MacAddress.Parse(station), host.OnlyDevice!.Address);
        Assert.Equal([IPv4Address.Parse(address)], host.OnlyDevice.IPv4!.Addresses.Select(own => own.Address));
        Assert.Equal(readings, opened);

        bool Open([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault)
        {
            opened++;
            return CaptureReader.TryOpen(new MemoryStream(capture), "made", out reader, out fault);
        }
    }

    private static byte[] Capture(int early, int late)
    {
        using MemoryStream file = new();
        using PcapWriter writer = new(file);
        for (int i = 0; i < early + late; i++)
        {
            bool isEarly = i < early;
            byte[] frame = CardFrames.Make(IPProtocol.Udp, "10.0.0.1", 1000, isEarly ? "10.0.0.10" : "10.0.0.11", 53);
            MacAddress.Parse(isEarly ? Early : Late).WriteTo(frame);
            writer.Write(1000L * i, frame);
        }

        writer.Flush();
        return file.ToArray();
    }
}
