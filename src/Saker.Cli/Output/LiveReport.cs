using System.Globalization;
using Saker.Host.Links;
using Saker.Host.Live;
using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>Shows what happens to a live host: on a terminal in place, elsewhere in a line each second; as JSON if that is wanted.</summary>
internal abstract class LiveReport
{
    /// <summary>The report for standard output as it is now.</summary>
    public static LiveReport Create(bool isJson) => isJson ? new JsonLines() : new Text(Terminal.Output);

    /// <summary>The host is up.</summary>
    public abstract void Begin(ILink link, LiveHostOptions options);

    /// <summary>So much has happened until now.</summary>
    public abstract void Show(LiveCounts counts);

    /// <summary>The host is down; so much has happened altogether.</summary>
    public abstract void End(LiveCounts counts);

    private sealed class JsonLines : LiveReport
    {
        public override void Begin(ILink link, LiveHostOptions options) => Write(LiveJson.Begin(link, options));

        public override void Show(LiveCounts counts) => Write(LiveJson.Of(counts, isLast: false));

        public override void End(LiveCounts counts) => Write(LiveJson.Of(counts, isLast: true));

        private static void Write(string line)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    private sealed class Text(IAnsiConsole console) : LiveReport
    {
        private const int MostDrops = 8;

        private readonly bool _isInPlace = console.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;
        private readonly Columns _columns = new(console);
        private LiveCounts _before = new();
        private int _lines;
        private bool _hasTold;

        public override void Begin(ILink link, LiveHostOptions options)
        {
            string addresses = string.Join(
                ", ",
                options.Addresses.Select(address => $"{address.Address}/{address.PrefixLength}").Concat(options.IPv6Addresses.Select(address => $"{address.Address}/{address.PrefixLength}")));
            _columns.Line($"{link.Name}: {addresses}, {link.Address}, MTU {options.Mtu ?? link.Mtu}, {Quantity.Of(link.Queues.Count, "queue")}. Ctrl-C ends.");
        }

        public override void Show(LiveCounts counts)
        {
            TellOfChecksums(counts);
            if (_isInPlace)
            {
                // Back to where the last picture began, and over it.
                console.Write(new ControlCode(_lines == 0 ? string.Empty : $"\u001b[{_lines}F\u001b[J"));
                _lines = 0;
                Draw(counts);
            }
            else
            {
                _columns.Line(Line(counts));
            }

            _before = counts;
        }

        public override void End(LiveCounts counts)
        {
            TellOfChecksums(counts);
            _columns.Line(Invariant($"Ended after {counts.Elapsed.TotalSeconds:N1} s: {Quantity.Of(counts.Received, "frame")} received, {counts.Sent:N0} sent."));
            Print("stage", counts.Stages);
            Print("drops", counts.Drops);
            Print("lost on the link", counts.Losses.Select(loss => (loss.Reason, loss.Count)));
            Print("counter", counts.Counters);
            if (counts.Unsupported != 0)
            {
                _columns.Line($"{Quantity.Of(counts.Unsupported, "packet")} came to parts that are not built yet (TCP over IPv6, its fragments, routers and multicast listeners; transports other than UDP and TCP).");
            }
        }

        private void Print(string what, IEnumerable<(string Name, long Count)> rows)
        {
            Table table = new(what, ">packets");
            foreach ((string name, long count) in rows)
            {
                table.Add(name, Invariant($"{count:N0}"));
            }

            if (table.Count != 0)
            {
                _columns.Line();
                table.Print(_columns);
            }
        }

        private void Draw(LiveCounts counts)
        {
            Draw(Line(counts));
            if (counts.QueueReceived.Length > 1)
            {
                Draw("queues    " + string.Join("  ", counts.QueueReceived.Select((received, number) => Invariant($"{number}: {received:N0}"))));
            }

            foreach ((string reason, long count) in counts.Drops.Take(MostDrops))
            {
                Draw(Invariant($"dropped   {reason,-28}{count,14:N0}"));
            }

            foreach ((string function, long count) in counts.Stages.Take(Math.Max(0, console.Profile.Height - _lines - 2)))
            {
                Draw(Invariant($"{function,-38}{count,14:N0}"));
            }
        }

        private void Draw(string line)
        {
            console.WriteLine(line.Length < console.Profile.Width ? line : line[..(console.Profile.Width - 1)]);
            _lines++;
        }

        private string Line(LiveCounts counts)
        {
            double seconds = Math.Max(0.001, (counts.Elapsed - _before.Elapsed).TotalSeconds);
            string drops = counts.Drops.IsEmpty ? string.Empty : ", dropped " + string.Join(" ", counts.Drops.Take(3).Select(drop => Invariant($"{drop.Reason} {drop.Count:N0}")));
            return Invariant(
                $"{counts.Elapsed.TotalSeconds,7:N1} s  received {counts.Received:N0} ({(counts.Received - _before.Received) / seconds:N0}/s), sent {counts.Sent:N0} ({(counts.Sent - _before.Sent) / seconds:N0}/s){drops}");
        }

        /// <summary>Says once what one would wonder about in a capture of the same frames.</summary>
        private void TellOfChecksums(LiveCounts counts)
        {
            if (!_hasTold && (counts.ChecksumsLeftToHardware | counts.ChecksumsUnfilled) != 0)
            {
                _hasTold = true;
                _lines = 0;
                _columns.Line("A kernel on this machine leaves transport checksums to hardware; such packets are believed, and counted.");
            }
        }

        private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
