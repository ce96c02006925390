namespace Saker.Bpf;

/// <summary>Why a map cannot be made. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Error">What the kernel says to such a definition; to a type that there is in the kernel only, <see cref="BpfError.OperationNotSupported"/>.</param>
/// <param name="Map">Which map it is.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record MapFault(BpfError Error, string Map, string Problem)
{
    /// <summary>Makes a fault.</summary>
    internal static MapFault Of(MapSpec spec, BpfError error, string problem) => new(error, $"'{spec.Name}' ({spec.Type.KernelName()})", problem);

    /// <summary>One line for a person.</summary>
    public string Message => $"the map {Map} cannot be made: {Problem}";

    /// <inheritdoc/>
    public override string ToString() => Message;
}
