using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel;

/// <summary>Why the kernel does not make, find or attach something that was asked of it.</summary>
/// <param name="Operation">What was asked of it, and for what.</param>
/// <param name="ErrorNumber">The <c>errno</c>; 0: it was not asked, since it could not have been right.</param>
/// <param name="Advice">What is missing, or what can be done; empty: nothing more is known.</param>
public record KernelRefusal(string Operation, int ErrorNumber, string Advice = "")
{
    /// <summary>One line that says all of it.</summary>
    public sealed override string ToString()
    {
        string error = ErrorNumber == 0 ? Operation : $"{Operation}: {Marshal.GetPInvokeErrorMessage(ErrorNumber)} (errno {ErrorNumber})";
        return Details is { Length: > 0 } details ? $"{error}: {details}" : error;
    }

    /// <summary>What the line says behind the error.</summary>
    private protected virtual string Details => Advice;

    /// <summary>The refusal as an exception.</summary>
    internal KernelException ToException() => new(ToString(), this);

    /// <summary>A refusal of a call; where it was forbidden, with the capabilities that this thread lacks.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="result">What the call gave: the error number, negated.</param>
    /// <param name="wanted">The capabilities that it takes.</param>
    internal static KernelRefusal Of(string operation, int result, params IEnumerable<int> wanted) => new(operation, -result, AdviceFor(-result, wanted));

    /// <summary>What can be said of an error number.</summary>
    internal static string AdviceFor(int errorNumber, IEnumerable<int> wanted)
    {
        if (errorNumber != Libc.EPERM)
        {
            return "";
        }

        string[] missing = [.. Capabilities.Missing(wanted).Select(Capabilities.NameOf)];
        return missing.Length == 0 ? "" : $"this thread lacks {string.Join(" and ", missing)}";
    }
}
