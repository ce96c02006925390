namespace Saker.Bpf.Helpers;

/// <summary>How a program gets errors: negated, in r0.</summary>
internal static class HelperErrors
{
    public static ulong Negated(this BpfError error) => (ulong)-(long)error;
}
