using System.Globalization;
using Saker.Host.AfXdp;
using Saker.Packets.AfXdp;
using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>Tells of AF_XDP sockets at work: a line for each interval, and a report at the end.</summary>
internal sealed class XskTrafficReport
{
    private const int LinesOfAPage = 20;

    private readonly XdpTraffic _traffic;
    private readonly TrafficJson? _json;
    private readonly Lock _gate = new();
    private TrafficReading _last;
    private int _lines;

    public XskTrafficReport(XdpTraffic traffic, bool isJson)
    {
        _traffic = traffic;
        _json = isJson ? new TrafficJson(Terminal.OpenOutput()) : null;
    }

    /// <summary>Says what is about to run.</summary>
    public void Begin()
    {
        if (_json is not null)
        {
            return;
        }

        XdpTrafficOptions options = _traffic.Options;
        UmemLayout layout = _traffic.Umem.Layout;
        string sockets = Quantity.Of(_traffic.Sockets.Count, "socket");
        string copy = _traffic.Sockets.All(socket => socket.IsZeroCopy) ? "zero-copy" : "copy";
        string pages = _traffic.Umem.IsHuge ? "huge pages" : "pages of 4 KiB";
        Write($"{sockets} on {options.Socket.Device} queue {string.Join(',', options.Queues)}, {copy} mode; {layout.ChunkCount:N0} frames of {layout.ChunkSize:N0} bytes in {pages}");
        if (_traffic.Program is { } program)
        {
            Write(program.ToString());
        }
    }

    /// <summary>An interval is over.</summary>
    public void Tick(TrafficReading now)
    {
        lock (_gate)
        {
            TrafficReading since = now.Since(_last);
            _last = now;
            if (_json is not null)
            {
                _json.Interval(since, now.Time);
                return;
            }

            if (_lines++ % LinesOfAPage == 0)
            {
                Write($"{"time s",8} {"rx packets/s",14} {"rx Mbit/s",11} {"tx packets/s",14} {"lost",10} {"no frame",10}");
            }

            double seconds = Math.Max(since.Time.TotalSeconds, 1e-9);
            Write(
                $"{now.Time.TotalSeconds,8:F0} {since.Received / seconds,14:N0} {since.ReceivedBytes * 8 / seconds / 1e6,11:N1} {since.Sent / seconds,14:N0} {since.Lost,10:N0} {since.Statistics.FillRingEmpty,10:N0}");
        }
    }

    /// <summary>All is over.</summary>
    public void End(TrafficReading total, long allocated)
    {
        lock (_gate)
        {
            if (_json is not null)
            {
                _json.Summary(_traffic, total, allocated);
                return;
            }

            double seconds = Math.Max(total.Time.TotalSeconds, 1e-9);
            Write($"");
            Write($"{total.Received:N0} packets received ({total.Received / seconds:N0} a second), {total.Sent:N0} sent ({total.Sent / seconds:N0} a second) in {Times.Seconds(seconds)}");
            XdpStatistics statistics = total.Statistics;
            Tell("lost since the RX ring was full: read faster, or take a larger ring (--ring-size)", statistics.ReceiveRingFull);
            Tell("lost since there was no frame to receive into: read faster, or take more frames (--frames)", Math.Min(statistics.ReceiveDropped, statistics.FillRingEmpty));
            Tell("lost for other reasons, such as packets longer than a frame", statistics.ReceiveDropped - Math.Min(statistics.ReceiveDropped, statistics.FillRingEmpty));
            Tell("entries of FILL that were no frames", statistics.ReceiveInvalid);
            Tell("descriptors of TX that were not valid", statistics.TransmitInvalid);
            TrafficCost cost = _traffic.Cost;
            Write($"{Times.Seconds(cost.Processor.TotalSeconds)} of processor time, {cost.Processor.TotalNanoseconds / Math.Max(1, total.Received + total.Sent):F0} ns for each packet that came or went, the kernel's part included");
            if (cost.Packets > 0)
            {
                Write($"{cost.Time.TotalNanoseconds / cost.Packets:F1} ns of this process for each packet, {cost.MedianNanoseconds:F1} for half of them at the most, {(double)cost.Packets / cost.Batches:F1} packets a batch");
            }

            if (_traffic.Sockets.Count > 1)
            {
                for (int i = 0; i < _traffic.Sockets.Count; i++)
                {
                    Write($"queue {_traffic.Sockets[i].Options.Queue}: {_traffic.Ports[i].Received:N0} received, {_traffic.Ports[i].Sent:N0} sent");
                }
            }
        }
    }

    private static void Tell(string what, ulong count)
    {
        if (count != 0)
        {
            Write($"{count:N0} {what}");
        }
    }

    private static void Write(FormattableString line) => Write(line.ToString(CultureInfo.InvariantCulture));

    private static void Write(string line) => Terminal.Output.WriteLine(line);
}
