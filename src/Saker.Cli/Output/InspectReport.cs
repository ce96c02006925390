using Saker.Host.Explain;
using Saker.Host.Inspection;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Cli.Output;

/// <summary>A capture for a person.</summary>
internal sealed class InspectReport
{
    private const int LabelWidth = 12;
    private const int ProtocolWidth = 40;
    private const int BarWidth = 30;
    private const int FlowIndent = 17;

    private readonly string _capture;
    private readonly CaptureInspection _inspection;
    private readonly int _top;
    private readonly Columns _columns = new(Terminal.Output);

    public InspectReport(string capture, CaptureInspection inspection, int top)
    {
        _capture = capture;
        _inspection = inspection;
        _top = top;
    }

    /// <summary>Prints it.</summary>
    public void Print()
    {
        PrintTotals();
        if (_inspection.Frames == 0)
        {
            return;
        }

        PrintSizes();
        PrintProtocols();
        PrintProblems();
        PrintFlows();
        PrintTalkers();
    }

    private static string Share(long part, long whole) => $"{100.0 * part / whole:0.0} %";

    private static string Rate(double bits) => bits switch
    {
        >= 1e9 => $"{bits / 1e9:0.00} Gbit/s",
        >= 1e6 => $"{bits / 1e6:0.00} Mbit/s",
        >= 1e3 => $"{bits / 1e3:0.00} kbit/s",
        _ => $"{bits:0} bit/s",
    };

    private void Heading(string text)
    {
        _columns.Line();
        _columns.Line(new Part(text, "bold"));
    }

    private void Row(string label, string text) => _columns.Line("  ", new Part(label, "grey", LabelWidth), text);

    private void PrintTotals()
    {
        _columns.Line(new Part(_capture, "bold"));
        Row("format", $"{(_inspection.Format == CaptureFormat.Pcapng ? "pcapng" : "pcap")}{(_inspection.IsCompressed ? ", gzip" : string.Empty)}");
        foreach (InterfaceTotal total in _inspection.Interfaces)
        {
            string name = total.Interface.Name is { } given ? $"{given}, " : string.Empty;
            string snap = total.Interface.SnapLength == 0 ? string.Empty : $", snapshot length {total.Interface.SnapLength:N0}";
            Row($"interface {total.Interface.Index}", $"{name}link type {LinkTypes.Describe(total.Interface.LinkType)}{snap}: {Quantity.Of(total.Frames, "frame")}");
        }

        Row("frames", $"{_inspection.Frames:N0}, {_inspection.Bytes:N0} bytes");
        if (_inspection.Frames == 0)
        {
            return;
        }

        Row("lengths", $"{_inspection.Sizes.Shortest:N0} to {_inspection.Sizes.Longest:N0} bytes, {_inspection.Sizes.Average:N0} on average");
        Row("from", Times.Utc(_inspection.FirstTime));
        Row("to", $"{Times.Utc(_inspection.LastTime)}, {Times.Seconds(_inspection.Seconds)} later");
        if (_inspection.Seconds > 0)
        {
            Row("rate", $"{_inspection.Frames / _inspection.Seconds:N1} frames/s, {Rate(_inspection.Bytes * 8 / _inspection.Seconds)}");
        }

        if (_inspection.CutFrames != 0)
        {
            Row("cut", $"{Quantity.Of(_inspection.CutFrames, "frame")} not whole: {Quantity.Of(_inspection.Bytes - _inspection.CapturedBytes, "byte")} not kept");
        }

        if (_inspection.FramesBackInTime != 0)
        {
            Row("order", $"{Quantity.Of(_inspection.FramesBackInTime, "frame")} with an earlier time than the frame before");
        }
    }

    private void PrintSizes()
    {
        Heading("sizes");
        long most = _inspection.Sizes.Buckets.Max(bucket => bucket.Frames);
        foreach (SizeBucket bucket in _inspection.Sizes.Buckets)
        {
            string range = bucket.Most is { } last ? bucket.Least == 0 ? $"under {last + 1}" : $"{bucket.Least}–{last}" : $"{bucket.Least} and more";
            int bar = (int)Math.Ceiling((double)bucket.Frames / most * BarWidth);
            _columns.Line("  ", new Part(range, null, 14), $"{bucket.Frames,11:N0}  {Share(bucket.Frames, _inspection.Frames),8}  ", new Part(new string('▆', bar), "blue"));
        }
    }

    private void PrintProtocols()
    {
        _columns.Line();
        _columns.Line(new Part("protocols", "bold", ProtocolWidth), new Part($"{"frames",11}  {"",8}  {"bytes",15}", "grey"));
        PrintProtocols(_inspection.Protocols.Roots, "  ", isRoot: true);
        if (_inspection.Protocols.Beyond != 0)
        {
            _columns.Line(new Part($"  beyond {ProtocolTree.MaximumNodes:N0} protocols, {_inspection.Protocols.Beyond:N0} times a further one was not kept", "yellow"));
        }
    }

    private void PrintProtocols(IEnumerable<ProtocolNode> nodes, string indent, bool isRoot)
    {
        ProtocolNode[] all = [.. nodes];
        for (int i = 0; i < all.Length; i++)
        {
            ProtocolNode node = all[i];
            bool isLast = i == all.Length - 1;
            string branch = isRoot ? indent : indent + (isLast ? "└─ " : "├─ ");
            _columns.Line(
                new Part(branch, "grey"),
                new Part(node.Name, null, Math.Max(0, ProtocolWidth - branch.Length)),
                $"{node.Frames,11:N0}  {Share(node.Frames, _inspection.Frames),8}  {node.Bytes,15:N0}");
            PrintProtocols(node.Children, isRoot ? indent : indent + (isLast ? "   " : "│  "), isRoot: false);
        }
    }

    private void PrintProblems()
    {
        Heading("soundness");
        CaptureProblems problems = _inspection.Problems;
        string unverified = problems.UnverifiedChecksums == 0 ? string.Empty : $", {problems.UnverifiedChecksums:N0} not to be verified (fragments, cut frames)";
        Row("checksums", $"{problems.RightChecksums:N0} right{unverified}");
        if (_inspection.FirstFragments + _inspection.LaterFragments != 0)
        {
            Row("fragments", $"{_inspection.FirstFragments:N0} first, {_inspection.LaterFragments:N0} later ones");
        }

        foreach (ProblemCount problem in problems.All)
        {
            string colour = problem.Problem == CaptureProblem.ChecksumLeftToCard ? "yellow" : "red";
            _columns.Line("  ", new Part("! ", colour), new Part($"{problem.Description}: {problem.Frames:N0}, first in frame {problem.FirstFrame}", colour));
        }
    }

    private void PrintFlows()
    {
        FlowTable flows = _inspection.Flows;
        if (flows.Count == 0 || _top == 0)
        {
            return;
        }

        IReadOnlyList<FlowStatistics> byBytes = flows.MostBytes(_top);
        PrintFlows($"flows: {flows.Count:N0}{(flows.Count > byBytes.Count ? $", the {byBytes.Count} with most bytes" : string.Empty)}", byBytes);
        IReadOnlyList<FlowStatistics> byFrames = flows.MostFrames(_top);
        if (byFrames.Except(byBytes).Any())
        {
            PrintFlows($"the {byFrames.Count} with most frames", byFrames);
        }

        if (flows.FramesBeyond != 0)
        {
            _columns.Line(new Part($"  beyond {FlowTable.MaximumFlows:N0} flows, {Quantity.Of(flows.FramesBeyond, "frame")} of flows that were not kept", "yellow"));
        }
    }

    private void PrintFlows(string heading, IReadOnlyList<FlowStatistics> flows)
    {
        Heading(heading);
        _columns.Line(new Part($"{"bytes",14}{"frames",9}{"back",9}{"duration",13}{"rate",15}  flow", "grey"));
        foreach (FlowStatistics flow in flows)
        {
            string rate = flow.BitRate is { } bits ? Rate(bits) : "–";
            string numbers = $"{flow.Bytes,14:N0}{flow.Frames,9:N0}{flow.FramesBack,9:N0}{Times.Seconds(flow.Seconds),13}{rate,15}  ";
            string ends = Describe(flow.Key);
            if (numbers.Length + ends.Length < _columns.Width)
            {
                _columns.Line(numbers, ends);
            }
            else
            {
                // On a narrow screen the ends of a flow of IPv6 get a line of their own.
                _columns.Line(numbers.TrimEnd());
                _columns.Line(new Part("└─ ".PadLeft(FlowIndent), "grey"), ends);
            }
        }
    }

    private static string Describe(in FlowKey key)
    {
        string vlan = key.OuterVlan is { } tag ? $" VLAN {tag.Identifier}" : string.Empty;
        string tunnel = key.TunnelDepth > 0 ? " in a tunnel" : string.Empty;
        bool hasPorts = key.Protocol is IPProtocol.Udp or IPProtocol.Tcp or IPProtocol.UdpLite or IPProtocol.Sctp or IPProtocol.Dccp;
        string source = FlowText.Of(key.Source, hasPorts ? key.SourcePort : (ushort)0);
        string destination = FlowText.Of(key.Destination, hasPorts ? key.DestinationPort : (ushort)0);
        return $"{ProtocolNames.Of(key.Protocol)} {source} > {destination}{vlan}{tunnel}";
    }

    private void PrintTalkers()
    {
        if (_top == 0)
        {
            return;
        }

        if (_inspection.Talkers.Count != 0)
        {
            PrintTalkers("addresses", _inspection.Talkers, FlowText.Of);
        }

        if (_inspection.Stations.Count != 0)
        {
            PrintTalkers("stations", _inspection.Stations, station => $"{station}");
        }
    }

    private void PrintTalkers<TAddress>(string name, TalkerTable<TAddress> talkers, Func<TAddress, string> describe)
        where TAddress : struct, IEquatable<TAddress>, IComparable<TAddress>
    {
        IReadOnlyList<Talker<TAddress>> most = talkers.Most(_top);
        Heading($"{name}: {talkers.Count:N0}{(talkers.Count > most.Count ? $", the {most.Count} with most bytes" : string.Empty)}");
        _columns.Line(new Part($"{"sent",14}{"frames",9}{"received",16}{"frames",9}  address", "grey"));
        foreach (Talker<TAddress> talker in most)
        {
            _columns.Line($"{talker.BytesSent,14:N0}{talker.FramesSent,9:N0}{talker.BytesReceived,16:N0}{talker.FramesReceived,9:N0}  ", describe(talker.Address));
        }

        if (talkers.FramesBeyond != 0)
        {
            _columns.Line(new Part($"  beyond {CaptureInspection.MaximumAddresses:N0} of them, {Quantity.Of(talkers.FramesBeyond, "frame")} from or to others that were not kept", "yellow"));
        }
    }
}
