using Saker.Bpf;

namespace Saker.Kernel.AfXdp;

/// <summary>Numbers that a program compares a register with: ranges in their order, which neither overlap nor touch, so that a program finds one by halves.</summary>
internal sealed class RangeSet
{
    /// <summary>So many ranges are compared one by one.</summary>
    private const int FewRanges = 3;

    private readonly (int First, int Last)[] _ranges;

    public RangeSet(IEnumerable<PortRange> ranges)
    {
        List<(int First, int Last)> merged = [];
        foreach ((ushort first, ushort last) in ranges.OrderBy(range => range.First))
        {
            if (last < first)
            {
                throw new ArgumentException($"The range from {first} to {last} ends before it begins.", nameof(ranges));
            }

            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        _ranges = [.. merged];
    }

    public static RangeSet Of(IEnumerable<ushort> numbers) => new(numbers.Select(PortRange.FromUInt16));

    /// <summary>Whether it holds nothing.</summary>
    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>Goes to a label where the register's number is held; else goes on.</summary>
    public void EmitJump(ProgramBuilder code, BpfRegister number, BpfLabel held)
    {
        if (!IsEmpty)
        {
            BpfLabel other = code.NewLabel();
            Emit(code, number, held, other, _ranges);
            code.Mark(other);
        }
    }

    private static void Emit(ProgramBuilder code, BpfRegister number, BpfLabel held, BpfLabel other, ReadOnlySpan<(int First, int Last)> ranges)
    {
        if (ranges.Length > FewRanges)
        {
            int half = ranges.Length / 2;
            BpfLabel upper = code.NewLabel();
            code.JumpIf(BpfOperation.GreaterOrEqual, number, ranges[half].First, upper);
            Emit(code, number, held, other, ranges[..half]);
            code.Mark(upper);
            Emit(code, number, held, other, ranges[half..]);
            return;
        }

        foreach ((int first, int last) in ranges)
        {
            if (first == last)
            {
                code.JumpIf(BpfOperation.Equal, number, first, held);
            }
            else
            {
                code.JumpIf(BpfOperation.Less, number, first, other).JumpIf(BpfOperation.LessOrEqual, number, last, held);
            }
        }

        code.Goto(other);
    }
}
