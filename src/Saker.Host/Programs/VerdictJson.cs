using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.Host.Programs;

/// <summary>
/// Writes what the verifier says as JSON, an object for each program, a line each: <c>schema</c>, <c>program</c>, <c>type</c>, <c>accepted</c>, <c>statistics</c>, <c>refusal</c> (null where it is
/// accepted), <c>states</c> (if they were asked for) and <c>kernel</c> (if it was).
/// </summary>
public static class VerdictJson
{
    /// <summary>Writes them.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="verdicts">What is said.</param>
    public static void Write(Stream output, IEnumerable<ProgramVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(verdicts);
        foreach (ProgramVerdict verdict in verdicts)
        {
            using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(writer, verdict);
            }

            output.WriteByte((byte)'\n');
        }
    }

    private static void Write(Utf8JsonWriter writer, ProgramVerdict verdict)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schema", 1);
        writer.WriteString("program", verdict.Program.Name);
        writer.WriteString("type", verdict.Program.Type.KernelName());
        writer.WriteBoolean("accepted", verdict.IsAccepted);
        if (verdict.Result is { } result)
        {
            Write(writer, result.Statistics);
            Write(writer, result.Refusal);
            Write(writer, result.States);
        }
        else
        {
            writer.WriteString("fault", verdict.Fault);
        }

        if (verdict.Kernel is { } kernel)
        {
            writer.WriteStartObject("kernel");
            writer.WriteBoolean("accepted", kernel.IsAccepted);
            Write(writer, kernel.Work);

            if (!kernel.IsAccepted)
            {
                writer.WriteString("refusal", kernel.Refusal);
                writer.WriteString("log", kernel.Log);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, VerifierWork? work)
    {
        if (work is null)
        {
            return;
        }

        writer.WriteNumber("instructions", work.ProcessedInstructions);
        writer.WriteNumber("states", work.States);
        writer.WriteNumber("peakStates", work.PeakStates);
        writer.WriteNumber("statesOfAnInstruction", work.StatesOfAnInstruction);
        if (work.Time is { } time)
        {
            writer.WriteNumber("microseconds", (long)time.TotalMicroseconds);
        }
    }

    private static void Write(Utf8JsonWriter writer, VerifierStatistics statistics)
    {
        writer.WriteStartObject("statistics");
        writer.WriteNumber("instructions", statistics.ProcessedInstructions);
        writer.WriteNumber("states", statistics.States);
        writer.WriteNumber("peakStates", statistics.PeakStates);
        writer.WriteNumber("statesOfAnInstruction", statistics.StatesOfAnInstruction);
        writer.WriteNumber("peakStateBytes", statistics.PeakStateBytes);
        writer.WriteNumber("microseconds", (long)statistics.Time.TotalMicroseconds);
        writer.WriteStartArray("stack");
        foreach (int depth in statistics.StackDepths)
        {
            writer.WriteNumberValue(depth);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, VerifierRefusal? refusal)
    {
        if (refusal is null)
        {
            writer.WriteNull("refusal");
            return;
        }

        writer.WriteStartObject("refusal");
        writer.WriteString("rule", refusal.Rule.ToString());
        writer.WriteNumber("instruction", refusal.Instruction);
        writer.WriteString("reason", refusal.Reason);
        writer.WriteString("hint", refusal.Hint);
        writer.WriteString("code", refusal.Code);
        Write(writer, refusal.Line);
        writer.WriteBoolean("pathIsWhole", refusal.IsPathWhole);
        writer.WriteStartArray("path");
        foreach (PathSection section in refusal.Path)
        {
            Write(writer, section);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("registers");
        foreach (RegisterReport register in refusal.Registers)
        {
            writer.WriteStartObject($"r{register.Number}");
            writer.WriteString("holds", register.Text);
            if (register.Origin is { } origin)
            {
                writer.WriteNumber("from", origin);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, PathSection section)
    {
        writer.WriteStartObject();
        writer.WriteNumber("times", section.Times);
        writer.WriteStartArray("parts");
        foreach (PathPart part in section.Parts)
        {
            writer.WriteStartObject();
            writer.WriteNumber("first", part.First);
            writer.WriteNumber("last", part.Last);
            Write(writer, part.Line);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SourceLine? line)
    {
        if (line is { } known)
        {
            writer.WriteString("file", known.File);
            writer.WriteNumber("line", known.Line);
            writer.WriteString("source", known.Text);
        }
    }

    private static void Write(Utf8JsonWriter writer, RecordedStates? states)
    {
        if (states is null)
        {
            return;
        }

        writer.WriteStartArray("states");
        foreach (int instruction in states.Instructions.Order())
        {
            foreach (ImmutableArray<RecordedRegister> state in states.At(instruction))
            {
                writer.WriteStartObject();
                writer.WriteNumber("instruction", instruction);
                foreach (RecordedRegister register in state)
                {
                    writer.WriteString($"r{register.Number}", register.Text);
                }

                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }
}
