using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Host.Explain;
using Saker.Host.Replay;
using Saker.Wire.Captures;

namespace Saker.Host.Inspection;

/// <summary>
/// Writes an inspection as one JSON object, indented: <c>schema</c>, <c>capture</c>, <c>format</c>, <c>compressed</c>, <c>interfaces</c>, <c>frames</c>, <c>bytes</c>,
/// <c>capturedBytes</c>, <c>cutFrames</c>, <c>firstTime</c>, <c>lastTime</c>, <c>framesBackInTime</c>, <c>sizes</c>, <c>protocols</c> (a tree), <c>fragments</c>,
/// <c>checksums</c>, <c>problems</c>, <c>flows</c> (<c>count</c>, <c>framesBeyond</c>, <c>mostBytes</c>, <c>mostFrames</c>), <c>talkers</c>, <c>stations</c>, and <c>fault</c>
/// (null, or why reading ended early). Readers ignore keys that they do not know.
/// </summary>
public static class InspectionJson
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="inspection">What to write.</param>
    /// <param name="top">How many flows and talkers.</param>
    public static void Write(Stream output, string capture, CaptureInspection inspection, int top)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(inspection);
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };
        using (Utf8JsonWriter json = new(output, options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("capture", capture);
            WriteTotals(json, inspection);
            WriteProtocols(json, "protocols", inspection.Protocols.Roots);
            json.WriteNumber("protocolsBeyond", inspection.Protocols.Beyond);
            WriteProblems(json, inspection);
            json.WriteStartObject("flows");
            json.WriteNumber("count", inspection.Flows.Count);
            json.WriteNumber("framesBeyond", inspection.Flows.FramesBeyond);
            WriteFlows(json, "mostBytes", inspection.Flows.MostBytes(top));
            WriteFlows(json, "mostFrames", inspection.Flows.MostFrames(top));
            json.WriteEndObject();
            WriteTalkers(json, "talkers", inspection.Talkers, top, FlowText.Of);
            WriteTalkers(json, "stations", inspection.Stations, top, station => $"{station}");
            json.WriteString("fault", inspection.Fault?.Message);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void WriteTotals(Utf8JsonWriter json, CaptureInspection inspection)
    {
        json.WriteString("format", inspection.Format == CaptureFormat.Pcapng ? "pcapng" : "pcap");
        json.WriteBoolean("compressed", inspection.IsCompressed);
        json.WriteStartArray("interfaces");
        foreach (InterfaceTotal total in inspection.Interfaces)
        {
            json.WriteStartObject();
            json.WriteNumber("index", total.Interface.Index);
            json.WriteString("name", total.Interface.Name);
            json.WriteString("linkType", LinkTypes.Describe(total.Interface.LinkType));
            json.WriteNumber("snapLength", total.Interface.SnapLength);
            json.WriteNumber("frames", total.Frames);
            json.WriteNumber("bytes", total.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("frames", inspection.Frames);
        json.WriteNumber("bytes", inspection.Bytes);
        json.WriteNumber("capturedBytes", inspection.CapturedBytes);
        json.WriteNumber("cutFrames", inspection.CutFrames);
        WriteTime(json, "firstTime", inspection.FirstTime);
        WriteTime(json, "lastTime", inspection.LastTime);
        json.WriteNumber("framesBackInTime", inspection.FramesBackInTime);
        json.WriteStartArray("sizes");
        foreach (SizeBucket bucket in inspection.Sizes.Buckets)
        {
            json.WriteStartObject();
            json.WriteNumber("least", bucket.Least);
            if (bucket.Most is { } most)
            {
                json.WriteNumber("most", most);
            }

            json.WriteNumber("frames", bucket.Frames);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteProtocols(Utf8JsonWriter json, string name, IEnumerable<ProtocolNode> nodes)
    {
        json.WriteStartArray(name);
        foreach (ProtocolNode node in nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteNumber("frames", node.Frames);
            json.WriteNumber("bytes", node.Bytes);
            if (node.Children.Any())
            {
                WriteProtocols(json, "carries", node.Children);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteProblems(Utf8JsonWriter json, CaptureInspection inspection)
    {
        json.WriteStartObject("fragments");
        json.WriteNumber("first", inspection.FirstFragments);
        json.WriteNumber("later", inspection.LaterFragments);
        json.WriteEndObject();
        json.WriteStartObject("checksums");
        json.WriteNumber("right", inspection.Problems.RightChecksums);
        json.WriteNumber("unverified", inspection.Problems.UnverifiedChecksums);
        json.WriteEndObject();
        json.WriteStartArray("problems");
        foreach (ProblemCount problem in inspection.Problems.All)
        {
            json.WriteStartObject();
            json.WriteString("problem", problem.Description);
            json.WriteNumber("frames", problem.Frames);
            json.WriteNumber("firstFrame", problem.FirstFrame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFlows(Utf8JsonWriter json, string name, IReadOnlyList<FlowStatistics> flows)
    {
        json.WriteStartArray(name);
        foreach (FlowStatistics flow in flows)
        {
            json.WriteStartObject();
            json.WriteString("protocol", ProtocolNames.Of(flow.Key.Protocol));
            json.WriteString("source", FlowText.Of(flow.Key.Source));
            json.WriteNumber("sourcePort", flow.Key.SourcePort);
            json.WriteString("destination", FlowText.Of(flow.Key.Destination));
            json.WriteNumber("destinationPort", flow.Key.DestinationPort);
            if (flow.Key.OuterVlan is { } vlan)
            {
                json.WriteNumber("vlan", vlan.Identifier);
            }

            json.WriteNumber("frames", flow.Frames);
            json.WriteNumber("bytes", flow.Bytes);
            json.WriteNumber("framesForth", flow.FramesForth);
            json.WriteNumber("bytesForth", flow.BytesForth);
            json.WriteNumber("framesBack", flow.FramesBack);
            json.WriteNumber("bytesBack", flow.BytesBack);
            WriteTime(json, "firstTime", flow.FirstTime);
            WriteTime(json, "lastTime", flow.LastTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTalkers<TAddress>(Utf8JsonWriter json, string name, TalkerTable<TAddress> talkers, int top, Func<TAddress, string> describe)
        where TAddress : struct, IEquatable<TAddress>, IComparable<TAddress>
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", talkers.Count);
        json.WriteNumber("framesBeyond", talkers.FramesBeyond);
        json.WriteStartArray("most");
        foreach (Talker<TAddress> talker in talkers.Most(top))
        {
            json.WriteStartObject();
            json.WriteString("address", describe(talker.Address));
            json.WriteNumber("framesSent", talker.FramesSent);
            json.WriteNumber("bytesSent", talker.BytesSent);
            json.WriteNumber("framesReceived", talker.FramesReceived);
            json.WriteNumber("bytesReceived", talker.BytesReceived);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long nanoseconds)
    {
        Span<byte> text = stackalloc byte[32];
        json.WriteString(name, ReplayText.Time(nanoseconds, text));
    }
}
