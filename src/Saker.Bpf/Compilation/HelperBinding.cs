namespace Saker.Bpf.Compilation;

/// <summary>Which calls are bound to a map that is known.</summary>
/// <param name="options">With what the program is run.</param>
internal sealed class HelperBinding(ExecutionOptions options)
{
    private readonly MapBinding _maps = new(options);

    /// <summary>Whether a call looks a key up in a known map, and gives the address of a value or null.</summary>
    /// <returns>The map; null: it does not.</returns>
    public BpfMap? IsValueLookup(CodeInstruction call, KnownState state) => null;
}
