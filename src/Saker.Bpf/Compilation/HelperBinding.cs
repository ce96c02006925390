using System.Reflection;
using Saker.Bpf.Helpers;
using Saker.Bpf.Verification.Proving;

namespace Saker.Bpf.Compilation;

/// <summary>What a call of a helper does that is bound when it is compiled.</summary>
internal enum BoundCallKind : byte
{
    /// <summary>Nothing is bound: it is called as helpers are.</summary>
    None,

    /// <summary>It looks a key up in a map that is known.</summary>
    Lookup,

    /// <summary>It writes an entry of a map that is known.</summary>
    Update,

    /// <summary>It takes an entry out of a map that is known.</summary>
    Delete,

    /// <summary>It reaches no memory and cannot stop the program.</summary>
    Plain,
}

/// <summary>What a call of a helper does.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Map">With which map.</param>
/// <param name="AlwaysFinds">Whether it looks up what is surely there.</param>
/// <param name="Key">Of such a lookup, the key; null: it is read.</param>
internal readonly record struct BoundCall(BoundCallKind Kind, BpfMap? Map = null, bool AlwaysFinds = false, ulong? Key = null)
{
    /// <summary>The addresses that it takes, by register, and how many bytes it reads there.</summary>
    public IEnumerable<(int Register, int Size)> Reads()
    {
        if (Kind is BoundCallKind.Lookup or BoundCallKind.Update or BoundCallKind.Delete && Key is null)
        {
            yield return (2, Map!.KeySize);
        }

        if (Kind == BoundCallKind.Update)
        {
            yield return (3, Map!.ValueSize);
        }
    }
}

/// <summary>
/// Which calls are bound: those of the helpers that come with Saker, on maps that are known when the program is compiled. A helper that someone put in the place of another
/// is called as it is.
/// </summary>
/// <param name="options">With what the program is run.</param>
/// <param name="proof">What is proven of it; null: nothing.</param>
internal sealed class HelperBinding(ExecutionOptions options, BoundProof? proof)
{
    private static readonly Dictionary<MethodInfo, BoundCallKind> Kinds = new()
    {
        [((BpfHelper)MapHelpers.Lookup).Method] = BoundCallKind.Lookup,
        [((BpfHelper)MapHelpers.Update).Method] = BoundCallKind.Update,
        [((BpfHelper)MapHelpers.Delete).Method] = BoundCallKind.Delete,
        [((BpfHelper)SystemHelpers.MonotonicTime).Method] = BoundCallKind.Plain,
        [((BpfHelper)SystemHelpers.BootTime).Method] = BoundCallKind.Plain,
        [((BpfHelper)SystemHelpers.CoarseTime).Method] = BoundCallKind.Plain,
        [((BpfHelper)SystemHelpers.Jiffies).Method] = BoundCallKind.Plain,
        [((BpfHelper)SystemHelpers.Random).Method] = BoundCallKind.Plain,
        [((BpfHelper)SystemHelpers.CpuNumber).Method] = BoundCallKind.Plain,
    };

    /// <summary>How many arguments a helper takes: of one that does not come with Saker, all five.</summary>
    public static int ArgumentsOf(ExecutionOptions options, int number) =>
        options.Helpers.TryGet((uint)number, out BpfHelper? helper) && helper.Target is null && helper.Method.DeclaringType!.Assembly == typeof(HelperBinding).Assembly
            && KernelHelpers.TryFind((uint)number, out HelperDescription? description)
            ? description.Arguments.Length
            : 5;

    /// <summary>What is done by a call, where that is known.</summary>
    public BoundCall Bind(CodeInstruction call, KnownState state)
    {
        if (call.Form != InstructionForm.CallHelper || !options.Helpers.TryGet((uint)call.Immediate, out BpfHelper? helper)
            || !Kinds.TryGetValue(helper.Method, out BoundCallKind kind))
        {
            return default;
        }

        if (kind == BoundCallKind.Plain)
        {
            return new BoundCall(kind);
        }

        if (proof?.MapOf(call.Slot) is { KeySize: > 0 } proven)
        {
            return new BoundCall(kind, proven, proof.Proof.AlwaysFinds(call.Slot), proof.Proof.KeyOf(call.Slot));
        }

        Knowledge handle = state[1];
        return handle.Kind == KnownAs.Number && options.Maps is { } maps && maps.TryFind((ulong)handle.Number, out BpfMap? map) && map.KeySize > 0
            ? new BoundCall(kind, map)
            : default;
    }

    /// <summary>Whether a call gives the address of a value of a map, or null.</summary>
    /// <returns>The map; null: it does not.</returns>
    public BpfMap? ValueLookedUp(CodeInstruction call, KnownState state) =>
        Bind(call, state) is { Kind: BoundCallKind.Lookup, Map: ArrayMap or PerCpuArrayMap or LpmTrieMap or HashMap or PerCpuHashMap or LruHashMap or LruPerCpuHashMap } bound ? bound.Map : null;
}
