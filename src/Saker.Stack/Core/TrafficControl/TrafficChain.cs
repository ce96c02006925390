using System.Collections.Immutable;

namespace Saker.Stack.Core.TrafficControl;

/// <summary>
/// Who decides about a device's packets in one direction: programs in their order, and behind them filters by priority. Immutable; swapped whole
/// (<see cref="NetworkStack.SetTraffic"/>).
/// </summary>
public sealed class TrafficChain
{
    /// <summary>The most programs that a device can have in one direction (<c>BPF_MPROG_MAX</c>).</summary>
    public const int MostPrograms = 64;

    private TrafficChain(ImmutableArray<TrafficProgram> programs, ImmutableArray<TrafficFilter> filters)
    {
        Programs = programs;
        Filters = filters;
    }

    /// <summary>Nobody: all packets go on.</summary>
    public static TrafficChain Empty { get; } = new([], []);

    /// <summary>The programs, in the order in which they are asked.</summary>
    public ImmutableArray<TrafficProgram> Programs { get; }

    /// <summary>The filters, in the order in which they are asked.</summary>
    public ImmutableArray<TrafficFilter> Filters { get; }

    /// <summary>Whether there is nobody.</summary>
    public bool IsEmpty => Programs.IsEmpty && Filters.IsEmpty;

    /// <summary>The same with a further program (<c>bpf_mprog_attach</c>).</summary>
    /// <exception cref="ArgumentException">The program is there already, or the one that it is to stand beside is not.</exception>
    /// <exception cref="InvalidOperationException">There are as many as there can be.</exception>
    public TrafficChain With(TrafficProgram program, ProgramPosition position = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (Programs.Contains(program))
        {
            throw new ArgumentException($"The program {program} is attached here already.", nameof(program));
        }

        int other = position.Other is null ? -1 : Programs.IndexOf(position.Other);
        if (position.Other is not null && other < 0)
        {
            throw new ArgumentException($"The program {position.Other} is not attached here, so that {program} cannot stand beside it.", nameof(position));
        }

        if (position.Kind != PositionKind.InPlaceOf && Programs.Length == MostPrograms)
        {
            throw new InvalidOperationException($"{MostPrograms} programs are attached here, and no more can be.");
        }

        return new TrafficChain(
            position.Kind switch
            {
                PositionKind.First => Programs.Insert(0, program),
                PositionKind.Before => Programs.Insert(other, program),
                PositionKind.After => Programs.Insert(other + 1, program),
                PositionKind.InPlaceOf => Programs.SetItem(other, program),
                _ => Programs.Add(program),
            },
            Filters);
    }

    /// <summary>The same without a program.</summary>
    public TrafficChain Without(TrafficProgram program) => new(Programs.Remove(program), Filters);

    /// <summary>The same with a further filter; of those of the same priority the newest is asked first.</summary>
    /// <exception cref="ArgumentException">The priority is 0, or belongs to another protocol's filters.</exception>
    public TrafficChain With(TrafficFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfZero(filter.Priority, nameof(filter));
        int place = 0;
        while (place < Filters.Length && Filters[place].Priority < filter.Priority)
        {
            place++;
        }

        return place < Filters.Length && Filters[place].Priority == filter.Priority && Filters[place].Protocol != filter.Protocol
            ? throw new ArgumentException($"Priority {filter.Priority} belongs to filters of protocol {Filters[place].Protocol:x4}; choose another for {filter}.", nameof(filter))
            : new TrafficChain(Programs, Filters.Insert(place, filter));
    }

    /// <summary>The same without a filter.</summary>
    public TrafficChain Without(TrafficFilter filter) => new(Programs, Filters.Remove(filter));
}
