using System.Globalization;
using Saker.Host.AfXdp;

namespace Saker.Cli.Output;

/// <summary>Prints what a device allows of AF_XDP.</summary>
internal sealed class XskCheckReport(Columns columns)
{
    private const int NameWidth = 16, AnswerWidth = 9;

    /// <summary>Prints it.</summary>
    public void Print(XdpCheck check)
    {
        string kind = check.Settings.Driver is { Length: > 0 } driver ? $"driver {driver}" : check.Link.Kind.Length > 0 ? check.Link.Kind : check.Link.IsLoopback ? "loopback" : "a driver that tells nothing of itself";
        string channels = check.Settings.MaximumReceiveChannels is { } most ? string.Create(CultureInfo.InvariantCulture, $" of at most {most}") : "";
        string rings = check.Settings is { ReceiveRing: { } receive, TransmitRing: { } transmit } ? string.Create(CultureInfo.InvariantCulture, $", rings of {receive} and {transmit}") : "";
        columns.Line(
            new Part(check.Link.Name, "bold"),
            string.Create(CultureInfo.InvariantCulture, $": {Printable.Of(kind)}, {(check.Link.IsUp ? "up" : "down")}, MTU {check.Link.Mtu}, {Quantity.Of(check.Queues, "receive queue")}{channels}{rings}"));
        if (check.Occupant is { } occupant)
        {
            columns.Line(Printable.Of(occupant.ToString()));
        }

        columns.Line();
        foreach (CheckAnswer answer in check.Answers)
        {
            Print(answer, ("yes", "no"), "red");
        }

        columns.Line();
        foreach (CheckAnswer note in check.Notes)
        {
            Print(note, ("ok", "note"), "yellow");
        }
    }

    private void Print(CheckAnswer answer, (string Yes, string No) words, string noStyle)
    {
        (string word, string style) = answer.Works switch
        {
            true => (words.Yes, "green"),
            false => (words.No, noStyle),
            null => ("unknown", "grey"),
        };
        columns.Line(new Part(answer.Name, null, NameWidth), new Part(word, style, AnswerWidth), Printable.Of(answer.Reason));
        if (answer.Remedy is { } remedy)
        {
            columns.Line(new Part("", null, NameWidth), new Part("", null, AnswerWidth), new Part($"-> {Printable.Of(remedy)}", "bold"));
        }
    }
}
