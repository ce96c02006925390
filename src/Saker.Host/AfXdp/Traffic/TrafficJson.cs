using System.Text.Json;
using Saker.Kernel.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>Writes what sockets count as JSON, an object a line: one for each interval, and the summary.</summary>
/// <param name="stream">Where the lines go.</param>
public sealed class TrafficJson(Stream stream)
{
    /// <summary>Writes an interval.</summary>
    public void Interval(TrafficReading since, TimeSpan time) => WriteLine(json =>
    {
        json.WriteNumber("time", Math.Round(time.TotalSeconds, 3));
        Write(json, since);
    });

    /// <summary>Writes the end.</summary>
    /// <param name="traffic">What has run.</param>
    /// <param name="total">What it has counted.</param>
    /// <param name="allocated">Bytes that the process has allocated meanwhile.</param>
    public void Summary(XdpTraffic traffic, TrafficReading total, long allocated)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        WriteLine(json =>
        {
            json.WriteStartObject("summary");
            json.WriteNumber("time", Math.Round(total.Time.TotalSeconds, 3));
            Write(json, total);
            json.WriteNumber("allocated", allocated);
            TrafficCost cost = traffic.Cost;
            json.WriteNumber("processorSeconds", Math.Round(cost.Processor.TotalSeconds, 6));
            if (cost.Packets > 0)
            {
                json.WriteNumber("batches", cost.Batches);
                json.WriteNumber("medianNanosecondsPerPacket", cost.MedianNanoseconds);
                json.WriteNumber("nanosecondsPerPacket", Math.Round(cost.Time.TotalNanoseconds / cost.Packets, 2));
            }

            json.WriteStartArray("sockets");
            for (int i = 0; i < traffic.Sockets.Count; i++)
            {
                XdpSocket socket = traffic.Sockets[i];
                json.WriteStartObject();
                json.WriteNumber("queue", socket.Options.Queue);
                json.WriteBoolean("zeroCopy", socket.IsZeroCopy);
                json.WriteNumber("received", traffic.Ports[i].Received);
                json.WriteNumber("sent", traffic.Ports[i].Sent);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, TrafficReading reading)
    {
        json.WriteNumber("received", reading.Received);
        json.WriteNumber("receivedBytes", reading.ReceivedBytes);
        json.WriteNumber("sent", reading.Sent);
        json.WriteNumber("rxDropped", reading.Statistics.ReceiveDropped);
        json.WriteNumber("rxInvalid", reading.Statistics.ReceiveInvalid);
        json.WriteNumber("txInvalid", reading.Statistics.TransmitInvalid);
        json.WriteNumber("rxRingFull", reading.Statistics.ReceiveRingFull);
        json.WriteNumber("fillRingEmpty", reading.Statistics.FillRingEmpty);
        json.WriteNumber("txRingEmpty", reading.Statistics.TransmitRingEmpty);
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }
}
