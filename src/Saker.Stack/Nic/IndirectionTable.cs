using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Saker.Stack.Nic;

/// <summary>
/// Which queue gets the frames of a hash: the low bits of the hash are the index (kernel documentation: networking/scaling.rst; <c>ethtool -x</c>, <c>-X</c>).
/// It does not change once made.
/// </summary>
public sealed class IndirectionTable : IEquatable<IndirectionTable>
{
    /// <summary>The entries of cards with a key of 40 octets (ixgbe).</summary>
    public const int UsualSize = 128;

    /// <summary>The entries of cards with a key of 52 octets (i40e).</summary>
    public const int ExtendedSize = 512;

    private const int MaximumSize = 4096;

    private readonly ushort[] _queues;

    private IndirectionTable(ushort[] queues, bool isDefault)
    {
        _queues = queues;
        IsDefault = isDefault;
    }

    /// <summary>How many entries it has, a power of two.</summary>
    public int Size => _queues.Length;

    /// <summary>The queue of each entry.</summary>
    public ReadOnlySpan<ushort> Queues => _queues;

    /// <summary>Whether nobody chose it: it follows the number of queues (<c>netif_is_rxfh_configured</c> is false).</summary>
    public bool IsDefault { get; }

    /// <summary>The greatest queue in it.</summary>
    public int HighestQueue => _queues.Max();

    /// <summary>The table that a driver sets up: the queues in turn.</summary>
    /// <exception cref="ArgumentException">A size that is no power of two up to 4096, or no queue.</exception>
    public static IndirectionTable Default(int size, int queues) => new(InTurn(size, 0, queues), isDefault: true);

    /// <summary><c>ethtool -X DEV [start S] equal N</c>: N queues in turn.</summary>
    /// <exception cref="ArgumentException">A size that is no power of two up to 4096, or no queue.</exception>
    public static IndirectionTable Equal(int size, int queues, int start = 0) => new(InTurn(size, start, queues), isDefault: false);

    /// <summary>
    /// <c>ethtool -X DEV [start S] weight W0 W1 …</c>: each queue gets consecutive entries in the proportion of its weight; where it does not come out even,
    /// the queues' shares are added up and cut to whole entries.
    /// </summary>
    /// <param name="size">How many entries, a power of two.</param>
    /// <param name="weights">The weights of the queues from <paramref name="start"/> on.</param>
    /// <param name="start">The first queue.</param>
    /// <param name="table">The table.</param>
    /// <param name="fault">What is wrong with the weights, in one line; empty if nothing is.</param>
    public static bool TryWeight(
        int size, IReadOnlyList<int> weights, int start, [NotNullWhen(true)] out IndirectionTable? table, out string fault)
    {
        ArgumentNullException.ThrowIfNull(weights);
        RequireSize(size);
        table = null;
        long sum = weights.Sum(weight => (long)weight);
        fault = weights.Any(weight => weight < 0) ? "a weight is negative; give numbers from 0 on."
            : sum == 0 ? "all weights are zero; at least one queue must have some."
            : sum > size ? $"the weights add up to {sum}, which is more than the {size} entries of the table; divide them."
            : string.Empty;
        if (fault.Length != 0)
        {
            return false;
        }

        ushort[] queues = new ushort[size];
        long share = 0;
        int end = 0;
        for (int i = 0; i < weights.Count; i++)
        {
            int begin = end;
            share += weights[i];
            end = (int)(size * share / sum);
            queues.AsSpan(begin..end).Fill(checked((ushort)(start + i)));
        }

        table = new IndirectionTable(queues, isDefault: false);
        return true;
    }

    /// <summary>A table with the given queue in each entry.</summary>
    /// <exception cref="ArgumentException">The number of entries is no power of two up to 4096.</exception>
    public static IndirectionTable Of(ReadOnlySpan<ushort> queues)
    {
        RequireSize(queues.Length);
        return new IndirectionTable(queues.ToArray(), isDefault: false);
    }

    /// <summary>Whether a table can have so many entries.</summary>
    public static bool IsSize(int size) => size is > 0 and <= MaximumSize && BitOperations.IsPow2(size);

    /// <summary>The default table for another number of queues, if it is one; else the same.</summary>
    public IndirectionTable ForQueues(int queues) => IsDefault ? Default(Size, queues) : this;

    /// <inheritdoc/>
    public bool Equals(IndirectionTable? other) => other is not null && IsDefault == other.IsDefault && Queues.SequenceEqual(other.Queues);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IndirectionTable);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ushort queue in _queues)
        {
            hash.Add(queue);
        }

        return hash.ToHashCode();
    }

    private static ushort[] InTurn(int size, int start, int queues)
    {
        RequireSize(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queues);
        ushort[] entries = new ushort[size];
        for (int i = 0; i < size; i++)
        {
            entries[i] = checked((ushort)(start + (i % queues)));
        }

        return entries;
    }

    private static void RequireSize(int size)
    {
        if (!IsSize(size))
        {
            throw new ArgumentException($"A table has a power of two of entries, at most {MaximumSize}; not {size}.", nameof(size));
        }
    }
}
