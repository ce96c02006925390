using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary>The options that set up a card.</summary>
internal sealed class CardOptions
{
    private readonly Option<string?> _key = new("--key")
    {
        Description = $"The key of the hash: {string.Join(", ", RssKeys.All.Select(known => known.Name))}, random:SEED, or the octets that ethtool -x prints.",
        HelpName = "KEY",
    };

    private readonly Option<int?> _queues = new("--queues") { Description = "How many queues receive. Default: as the host has; 4 where it is inferred.", HelpName = "N" };

    private readonly Option<int?> _table = new("--table") { Description = "The entries of the indirection table, a power of two: 128 or 512 with most cards.", HelpName = "SIZE" };

    private readonly Option<string?> _weight = new("--weight") { Description = "The queues' weights in the table, as for ethtool -X weight: '3 1 1 1'.", HelpName = "W0 W1 …" };

    private readonly Option<string[]> _fields = new("--fields")
    {
        Description = "What is hashed of a flow type, as for ethtool -N rx-flow-hash: udp4=sdfn. May be given several times.",
        HelpName = "TYPE=LETTERS",
    };

    private readonly Option<string[]> _rules = new("--rule")
    {
        Description = "A flow rule, as for ethtool -N: 'flow-type udp4 dst-port 53 action 2'. May be given several times.",
        HelpName = "RULE",
    };

    private readonly Option<string[]> _ethtool = new("--ethtool")
    {
        Description = "Anything else that ethtool sets, without the device's name: '-X xfrm symmetric-xor'. May be given several times.",
        HelpName = "COMMAND",
    };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_queues);
        command.Add(_key);
        command.Add(_table);
        command.Add(_weight);
        command.Add(_fields);
        command.Add(_rules);
        command.Add(_ethtool);
    }

    /// <summary>Sets a card up as the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="card">The card as the host has it.</param>
    /// <param name="usualQueues">How many queues it has where nothing is said; null: its own number.</param>
    /// <param name="changed">The card as asked for.</param>
    /// <param name="fault">What is wrong with an option, in one line; empty if nothing is.</param>
    public bool TryRead(ParseResult parsed, CardSettings card, int? usualQueues, [NotNullWhen(true)] out CardSettings? changed, out string fault)
    {
        changed = null;
        if (parsed.GetValue(_key) is { } name)
        {
            if (!RssKeys.TryFind(name, out ToeplitzKey? key, out fault))
            {
                fault = $"--key: {fault}";
                return false;
            }

            card = card with { Rss = card.Rss with { Key = key } };
        }

        if (parsed.GetValue(_table) is { } size)
        {
            if (!IndirectionTable.IsSize(size))
            {
                fault = $"--table takes a power of two up to 4096; {size} is none.";
                return false;
            }

            card = card with { Rss = card.Rss with { Table = IndirectionTable.Default(size, card.Queues) } };
        }

        if ((parsed.GetValue(_queues) ?? usualQueues) is { } queues)
        {
            if (queues is < 1 or > short.MaxValue)
            {
                fault = $"--queues takes a number from 1 to {short.MaxValue}; {queues} is none.";
                return false;
            }

            card = card.WithQueues(queues);
        }

        foreach ((string option, string command) in Commands(parsed))
        {
            if (!card.TryApply(command, out CardSettings? next, out fault))
            {
                fault = $"{option}: {fault}";
                return false;
            }

            card = next;
        }

        changed = card;
        return card.TryValidate(out fault);
    }

    private IEnumerable<(string Option, string Command)> Commands(ParseResult parsed)
    {
        if (parsed.GetValue(_weight) is { } weight)
        {
            yield return ("--weight", $"-X weight {weight.Replace(',', ' ')}");
        }

        foreach (string fields in parsed.GetValue(_fields) ?? [])
        {
            yield return ("--fields", $"-N rx-flow-hash {fields.Replace('=', ' ')}");
        }

        foreach (string rule in parsed.GetValue(_rules) ?? [])
        {
            yield return ("--rule", $"-N {rule}");
        }

        foreach (string command in parsed.GetValue(_ethtool) ?? [])
        {
            yield return ("--ethtool", command);
        }
    }
}
