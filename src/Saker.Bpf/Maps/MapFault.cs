namespace Saker.Bpf;

/// <summary>Why a map cannot be made. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Error">What the kernel says to such a definition; to a type that there is in the kernel only, <see cref="BpfError.OperationNotSupported"/>.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record MapFault(BpfError Error, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
