using System.Globalization;

namespace Saker.Kernel.Tracing;

/// <summary>One line of <c>trace_pipe</c>: which event, in the context of which thread, and the event's own text.</summary>
/// <param name="ThreadId">The thread that ran when the event happened. Received packets are handled in the context of whoever was interrupted.</param>
/// <param name="Processor">The processor on which it happened.</param>
/// <param name="Name">The event's name without its system, as <c>kfree_skb</c>.</param>
/// <param name="Text">The event's fields, as its print format puts them.</param>
public readonly record struct TraceEvent(int ThreadId, int Processor, string Name, string Text)
{
    /// <summary>Reads a line as <c>trace_pipe</c> writes it: <c>comm-tid [cpu] flags time: name: fields</c>.</summary>
    /// <returns>False for a line of another form, as the one about lost events.</returns>
    public static bool TryParse(string line, out TraceEvent parsed)
    {
        parsed = default;
        var bracket = line.IndexOf(" [", StringComparison.Ordinal);
        var dash = bracket < 0 ? -1 : line.LastIndexOf('-', bracket);
        if (dash < 0 || !int.TryParse(line.AsSpan(dash + 1, bracket - dash - 1), NumberStyles.AllowTrailingWhite, null, out var thread))
        {
            return false;
        }

        var closing = line.IndexOf(']', bracket);
        if (closing < 0 || !int.TryParse(line.AsSpan(bracket + 2, closing - bracket - 2), NumberStyles.None, null, out var processor))
        {
            return false;
        }

        var time = line.IndexOf(": ", closing, StringComparison.Ordinal);
        var name = time < 0 ? -1 : line.IndexOf(": ", time + 2, StringComparison.Ordinal);
        if (name < 0)
        {
            return false;
        }

        parsed = new TraceEvent(thread, processor, line[(time + 2)..name], line[(name + 2)..]);
        return true;
    }

    /// <summary>The value of a <c>key=value</c> field of the text; empty when there is none.</summary>
    public ReadOnlySpan<char> Field(string key)
    {
        var text = Text.AsSpan();
        foreach (var range in text.Split(' '))
        {
            var field = text[range];
            if (field.Length > key.Length && field.StartsWith(key) && field[key.Length] == '=')
            {
                return field[(key.Length + 1)..];
            }
        }

        return default;
    }
}

/// <summary>A packet that the kernel dropped, from the event <c>skb:kfree_skb</c>.</summary>
/// <param name="ThreadId">The thread in whose context it was dropped.</param>
/// <param name="Packet">The packet's address, hashed by the kernel: the same for the same packet.</param>
/// <param name="Protocol">The EtherType.</param>
/// <param name="Location">The kernel function that let it go, without the offset inside.</param>
/// <param name="Reason">The drop reason's name.</param>
/// <param name="HasReceivingSocket">Whether a socket had been found for it.</param>
public readonly record struct PacketDrop(int ThreadId, string Packet, ushort Protocol, string Location, string Reason, bool HasReceivingSocket)
{
    private const string ReasonMark = " reason: ";

    /// <summary>Reads the fields of a <c>kfree_skb</c> event.</summary>
    /// <returns>False for every other event.</returns>
    public static bool TryParse(in TraceEvent source, out PacketDrop drop)
    {
        drop = default;
        var reason = source.Text?.IndexOf(ReasonMark, StringComparison.Ordinal) ?? -1;
        if (reason < 0 || source.Name is not "kfree_skb" || !ushort.TryParse(source.Field("protocol"), out var protocol))
        {
            return false;
        }

        var location = source.Field("location");
        var offset = location.IndexOf('+');
        drop = new PacketDrop(
            source.ThreadId,
            source.Field("skbaddr").ToString(),
            protocol,
            (offset < 0 ? location : location[..offset]).ToString(),
            source.Text![(reason + ReasonMark.Length)..].Trim(),
            source.Field("rx_sk").ContainsAnyExcept('0', '(') && !source.Field("rx_sk").SequenceEqual("(null)"));
        return true;
    }
}
