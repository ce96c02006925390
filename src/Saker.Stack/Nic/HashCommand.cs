using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>ethtool's <c>-X</c>: the words are read first, each into what it sets, and then the table is made.</summary>
internal sealed class HashCommand
{
    private readonly CardSettings _card;
    private RssSettings _rss;
    private int _start;
    private int _equal;
    private List<int>? _weights;
    private bool _isDefault;

    private HashCommand(CardSettings card)
    {
        _card = card;
        _rss = card.Rss;
    }

    public static string? Apply(CardSettings card, CommandWords words, out CardSettings changed)
    {
        HashCommand command = new(card);
        string? fault = command.ReadAll(words) ?? command.MakeTable();
        changed = fault is null ? card with { Rss = command._rss } : card;
        return fault;
    }

    private string? ReadAll(CommandWords words)
    {
        bool any = false;
        while (words.TryTake(out ReadOnlySpan<char> word))
        {
            any = true;
            if (Read(word, ref words) is { } fault)
            {
                return fault;
            }
        }

        return any ? null : "nothing to set; give some of hkey, hfunc, xfrm, equal, weight and default.";
    }

    /// <summary>Reads what follows a word.</summary>
    private string? Read(ReadOnlySpan<char> word, ref CommandWords words)
    {
        switch (word)
        {
            case "hkey":
                return ReadKey(ref words);
            case "hfunc":
                return words.TryTake("toeplitz") ? null : "hfunc takes toeplitz; the card has no other function.";
            case "xfrm":
                return ReadTransform(ref words);
            case "start":
                return ReadStart(ref words);
            case "equal":
                return ReadEqual(ref words);
            case "weight":
                _weights = TakeNumbers(ref words);
                return null;
            case "default":
                _isDefault = true;
                return null;
            default:
                return $"'{word}' is no word of -X; there are hkey, hfunc, xfrm, start, equal, weight and default.";
        }
    }

    private string? ReadKey(ref CommandWords words)
    {
        words.TryTake(out ReadOnlySpan<char> octets);
        if (!ToeplitzKey.TryParse(octets, null, out ToeplitzKey? key) || key.Length != _rss.Key.Length)
        {
            return $"hkey takes {_rss.Key.Length} pairs of hexadecimal digits with colons between them; '{octets}' is none.";
        }

        _rss = _rss with { Key = key };
        return null;
    }

    private string? ReadTransform(ref CommandWords words)
    {
        words.TryTake(out ReadOnlySpan<char> transform);
        if (transform is not ("symmetric-xor" or "none"))
        {
            return $"xfrm takes symmetric-xor or none; '{transform}' is neither.";
        }

        _rss = _rss with { SymmetricXor = transform is "symmetric-xor" };
        return null;
    }

    private string? ReadStart(ref CommandWords words)
    {
        words.TryTake(out ReadOnlySpan<char> first);
        return CommandWords.TryParseNumber(first, out _start) && _start < _card.Queues ? null
            : $"start takes a queue from 0 to {_card.Queues - 1}; '{first}' is none.";
    }

    private string? ReadEqual(ref CommandWords words)
    {
        words.TryTake(out ReadOnlySpan<char> count);
        return CommandWords.TryParseNumber(count, out _equal) && _equal is > 0 and <= short.MaxValue ? null
            : $"equal takes a number of queues from 1 on; '{count}' is none.";
    }

    private static List<int> TakeNumbers(ref CommandWords words)
    {
        List<int> numbers = [];
        CommandWords before = words;
        while (words.TryTake(out ReadOnlySpan<char> word) && CommandWords.TryParseNumber(word, out int number))
        {
            numbers.Add(number);
            before = words;
        }

        words = before;
        return numbers;
    }

    private string? MakeTable()
    {
        if ((_equal != 0 ? 1 : 0) + (_weights is null ? 0 : 1) + (_isDefault ? 1 : 0) > 1)
        {
            return "equal, weight and default each set the whole table; give one of them.";
        }

        IndirectionTable? table = _rss.Table;
        if (_isDefault)
        {
            table = IndirectionTable.Default(table.Size, _card.Queues);
        }
        else if (_equal != 0)
        {
            table = IndirectionTable.Equal(table.Size, _equal, _start);
        }
        else if (_weights is not null && !IndirectionTable.TryWeight(table.Size, _weights, _start, out table, out string fault))
        {
            return fault;
        }

        _rss = _rss with { Table = table };
        return null;
    }
}
