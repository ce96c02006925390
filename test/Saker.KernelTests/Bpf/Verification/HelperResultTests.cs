using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>What the kernel's log says is in r0 behind a call.</summary>
public sealed class HelperResultTests
{
    private const byte Call = 0x85;

    public static TheoryData<ProgramType> Types => [.. PacketPrograms.All.Select(program => program.Type).Distinct()];

    [KernelTheory]
    [MemberData(nameof(Types))]
    public void Results_are_what_the_table_says(ProgramType type)
    {
        using HelperCalls calls = new();
        foreach (var helper in KernelHelpers.All.Where(helper => helper.IsFor(type) && HelperCalls.CanFill(helper) && !helper.Has(HelperTraits.MaySleep)))
        {
            var (slots, options) = calls.Program(helper, type);
            if (ResultOf(helper, slots, KernelProgram.Log(type, slots, options)) is { } result)
            {
                Assert.True(Fits(helper, result), $"{helper.Name}, {helper.Result}: {result.Text}");
            }
        }
    }

    /// <summary>Null: the program does not go on behind the call.</summary>
    private static LoggedRegister? ResultOf(HelperDescription helper, BpfInstruction[] slots, string log)
    {
        var call = Array.FindLastIndex(slots, slot => slot.Opcode == Call && slot.Immediate == helper.Number);
        var last = -1;
        foreach (var happening in VerifierLog.Read(log))
        {
            last = happening.Kind == LogEventKind.Instruction ? happening.At : last;
            if (happening.Kind == LogEventKind.State && last == call && happening.Registers.TryGetValue(0, out var result))
            {
                return result;
            }
        }

        return null;
    }

    private static bool Fits(HelperDescription helper, LoggedRegister result)
    {
        var mustBeHeld = helper.Has(HelperTraits.Acquires) && helper.Result != HelperResult.Number;
        return (!mustBeHeld || result.Text.Contains("ref_obj_id=", StringComparison.Ordinal)) && helper.Result switch
        {
            HelperResult.Number => result.Text == HelperResults.NumberOf(helper.Number, PossibleCpus.Count, HelperCalls.SizeGiven).ToString(),
            HelperResult.Nothing => result.Text == "scalar()",
            HelperResult.MapValue => Is("map_value("),
            HelperResult.MapValueOrNull => Is("map_value_or_null("),
            HelperResult.RecordOrNull => Is("ringbuf_mem_or_null("),
            HelperResult.MemoryOrNull => Is("mem_or_null("),
            HelperResult.SocketOrNull => Is("sock_or_null(") || Is("sock_common_or_null(") || Is("tcp_sock_or_null(") || Is("ptr_or_null_"),
            _ => Is("trusted_ptr_"),
        };

        bool Is(string kind) => result.Text.StartsWith(kind, StringComparison.Ordinal);
    }
}
