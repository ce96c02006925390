using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What the programs compute, and how they bound it.</summary>
internal sealed partial class EdgePrograms
{
    /// <summary>Fields of the context that hold numbers: offset and size.</summary>
    private static readonly (int Offset, int Size)[] XdpFields = [(12, 4), (16, 4)], SkbFields = [(0, 4), (4, 4), (8, 4), (16, 4), (20, 4), (24, 4), (48, 4), (52, 4), (0, 1), (1, 2), (64, 4)];

    private void Compute(EdgeState state)
    {
        int number = Number(state);
        int target = state.Protected.Contains(number) ? -1 : number;
        string letter = Of("r", "r", "w");
        if (target < 0 || random.Next(5) == 0)
        {
            int copy = Target(state);
            Line(Of($"r{copy} = r{number}", $"w{copy} = w{number}", $"r{copy} = (s8)r{number}", $"r{copy} = (s16)r{number}", $"r{copy} = (s32)r{number}", $"w{copy} = (s8)w{number}", $"r{copy} = {Constant()}"));
            state[copy] = EdgeValue.Number;
            return;
        }

        int width = letter == "r" ? 64 : 32;
        int[] others = state.With(EdgeKind.Number);
        string operand = random.Next(2) == 0 ? $"{letter}{Of(others)}" : "";
        Line(random.Next(12) switch
        {
            0 => $"{letter}{target} += {Or(operand, Constant())}",
            1 => $"{letter}{target} -= {Or(operand, Constant())}",
            2 => $"{letter}{target} *= {Or(operand, random.Next(300))}",
            3 => $"{letter}{target} /= {Or(operand, Math.Max(1, random.Next(20)))}",
            4 => $"{letter}{target} %= {Or(operand, Math.Max(1, random.Next(40)))}",
            5 => $"{letter}{target} |= {Or(operand, Constant())}",
            6 => $"{letter}{target} ^= {Or(operand, Constant())}",
            7 => $"{letter}{target} <<= {Or(operand, random.Next(width))}",
            8 => $"{letter}{target} >>= {Or(operand, random.Next(width))}",
            9 => $"{letter}{target} s>>= {Or(operand, random.Next(width))}",
            10 => $"{letter}{target} = -{letter}{target}",
            _ => Of($"r{target} = be16 r{target}", $"r{target} = bswap32 r{target}", $"r{target} = le32 r{target}"),
        });
        state[target] = EdgeValue.Number;

        static string Or(string operand, int constant) => operand.Length != 0 ? operand : $"{constant}";
    }

    /// <summary>A number gets bounds, by an operation or by a comparison that ends the program otherwise.</summary>
    private void Bound(EdgeState state)
    {
        int number = Number(state);
        int most = Of(1, 3, 7, 8, 15, 16, 31, 60, 63, 255);
        if (state.Protected.Contains(number))
        {
            return;
        }

        switch (random.Next(8))
        {
            case 0 or 1:
                Line($"r{number} &= {most}");
                break;
            case 2:
                Line($"if r{number} > {most} goto end");
                break;
            case 3:
                most = Math.Max(1, most - 1);
                Line($"if r{number} >= {most + 1} goto end");
                break;
            case 4:
                Line($"if r{number} s> {most} goto end");
                Line(Slips() ? Nop() : Of($"if r{number} s< 0 goto end", $"if r{number} s<= -1 goto end"));
                break;
            case 5:
                Line(Slips() ? Nop() : $"w{number} = w{number}");
                Line($"if w{number} > {most} goto end");
                break;
            case 6:
                Line($"r{number} %= {most + 1}");
                break;
            default:
                string fits = Label();
                Line($"if r{number} < {most} goto {fits}");
                Line(Slips() ? Nop() : $"r{number} = {most}");
                Line($"{fits}: {Nop()}");
                break;
        }

        state[number] = new(EdgeKind.Number, most);
    }

    private void LoadFromContext(EdgeState state)
    {
        int context = Register(state, EdgeKind.Context), target = Target(state);
        (int offset, int size) = Of(_type == ProgramType.Xdp ? XdpFields : SkbFields);
        Line($"r{target} = *(u{8 * (Slips() ? Size() : size)} *)(r{context} + {(Slips() ? random.Next(200) : offset)})");
        state[target] = EdgeValue.Number;
    }

    private string Condition(EdgeState state)
    {
        int number = Number(state);
        int[] numbers = state.With(EdgeKind.Number);
        string letter = Of("r", "r", "w"), comparison = Of("==", "!=", ">", ">=", "<", "<=", "s>", "s>=", "s<", "s<=", "&");
        return $"{letter}{number} {comparison} {(random.Next(3) == 0 ? $"{letter}{Of(numbers)}" : $"{Constant()}")}";
    }
}
