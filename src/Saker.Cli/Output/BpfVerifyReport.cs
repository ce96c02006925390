using System.Collections.Immutable;
using System.Globalization;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Host.Programs;

namespace Saker.Cli.Output;

/// <summary>Prints what the verifier says of programs.</summary>
internal sealed class BpfVerifyReport(IReadOnlyList<ProgramVerdict> verdicts)
{
    private readonly Columns _columns = new(Terminal.Output);

    /// <summary>Prints it.</summary>
    /// <param name="explains">Whether to tell of a refusal all that is known.</param>
    public void Print(bool explains)
    {
        bool asksKernel = verdicts.Any(verdict => verdict.Kernel is not null);
        string[] heads = ["program", "type", "verdict", ">instructions", ">states", ">stack", ">ms"];
        Table table = new([.. heads, .. asksKernel ? (string[])["kernel", ">instructions", ">states", ">ms"] : []]);
        foreach (ProgramVerdict verdict in verdicts)
        {
            VerifierStatistics? statistics = verdict.Result?.Statistics;
            string[] cells =
            [
                verdict.Program.Name, verdict.Program.Type.KernelName(), Said(verdict.IsAccepted), Number(statistics?.ProcessedInstructions), Number(statistics?.States),
                Number(statistics?.StackDepths.Sum()), Milliseconds(statistics?.Time),
            ];
            table.AddStyled(verdict.IsAccepted ? null : "red", [.. cells, .. asksKernel ? CellsOf(verdict.Kernel!) : []]);
        }

        table.Print(_columns);
        foreach (ProgramVerdict verdict in verdicts)
        {
            Print(verdict, explains);
        }
    }

    private void Print(ProgramVerdict verdict, bool explains)
    {
        if (verdict.Fault is { } fault)
        {
            _columns.Line();
            _columns.Line(new Part($"{verdict.Program.Name}: ", "bold"), new Part(fault));
        }

        if (verdict.Result?.Refusal is { } refusal)
        {
            _columns.Line();
            _columns.Line(new Part($"{verdict.Program.Name}: ", "bold"), new Part($"{refusal}"));
            if (explains)
            {
                Explain(verdict.Program, refusal);
            }
        }

        if (verdict.Result?.States is { } states)
        {
            Print(verdict.Program, states);
        }

        if (verdict.Kernel is { IsAccepted: false } kernel)
        {
            _columns.Line();
            _columns.Line(new Part("kernel: ", "bold"), new Part(kernel.Refusal));
            if (explains && kernel.Log.Length != 0)
            {
                Console.Out.WriteLine(Printable.Of(kernel.Log.TrimEnd(), keepsLines: true));
            }
        }
    }

    private void Explain(ProgramSpec program, VerifierRefusal refusal)
    {
        _columns.Line(new Part("  rule  "), new Part($"{refusal.Rule}"));
        if (refusal.Code.Length != 0)
        {
            _columns.Line(new Part("  code  "), new Part(refusal.Code.Trim()));
        }

        if (refusal.Line is { Text.Length: > 0 } line)
        {
            _columns.Line(new Part("  line  "), new Part(line.Text.Trim()));
        }

        PrintWay(refusal);
        foreach (RegisterReport register in refusal.Registers)
        {
            string origin = register.Origin is not { } slot ? "" : SourceLine.At(program.Lines, slot) is { } made ? $", from {slot} ({made.Place})" : $", from {slot}";
            _columns.Line(new Part(string.Create(CultureInfo.InvariantCulture, $"  r{register.Number,-2}   ")), new Part(register.Text), new Part(origin, "dim"));
        }
    }

    /// <summary>Prints the way, a line for each of the source.</summary>
    private void PrintWay(VerifierRefusal refusal)
    {
        string head = "  way   ";
        void Line(string text, string style = "")
        {
            _columns.Line(new Part(head), new Part(text, style));
            head = "        ";
        }

        if (!refusal.IsPathWhole && !refusal.Path.IsEmpty)
        {
            Line("(what came before is left out)", "dim");
        }

        foreach (PathSection section in refusal.Path)
        {
            foreach (PathPart part in section.Parts)
            {
                string slots = part.First == part.Last ? $"{part.First}" : $"{part.First}-{part.Last}";
                Line(part.Line is { } line ? $"{slots,-10} {line.Place}  {line.Text.Trim()}" : slots);
            }

            if (section.Times > 1)
            {
                Line(string.Create(CultureInfo.InvariantCulture, $"{(section.Parts.Length == 1 ? "that" : $"those {section.Parts.Length} lines")} {section.Times:N0} times"), "dim");
            }
        }
    }

    private void Print(ProgramSpec program, RecordedStates states)
    {
        foreach (int instruction in states.Instructions.Order())
        {
            _columns.Line();
            _columns.Line(new Part(Place(program, instruction), "bold"));
            foreach (ImmutableArray<RecordedRegister> state in states.At(instruction))
            {
                _columns.Line(new Part("  "), new Part(string.Join(", ", state.Select(register => $"r{register.Number} {register.Text}"))));
            }
        }
    }

    /// <summary>An instruction, with the line that it was made of.</summary>
    private static string Place(ProgramSpec program, int instruction) =>
        SourceLine.At(program.Lines, instruction) is { } line ? $"{instruction} ({line.Place} {line.Text.Trim()})" : $"{instruction}";

    private static string[] CellsOf(KernelVerdict kernel) =>
        [Said(kernel.IsAccepted), Number(kernel.Work?.ProcessedInstructions), Number(kernel.Work?.States), Milliseconds(kernel.Work?.Time)];

    private static string Said(bool isAccepted) => isAccepted ? "accepted" : "refused";

    private static string Milliseconds(TimeSpan? time) => time?.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(int? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";
}
