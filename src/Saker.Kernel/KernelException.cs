using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel;

/// <summary>A system call that the kernel refused: which one, on what, and why.</summary>
public sealed class KernelException : IOException
{
    /// <summary>Creates the exception for an operation that failed with an error number.</summary>
    public KernelException(string operation, int errorNumber)
        : base($"{operation}: {Marshal.GetPInvokeErrorMessage(errorNumber)} (errno {errorNumber})")
        => ErrorNumber = errorNumber;

    /// <summary>Creates the exception with a message of its own.</summary>
    public KernelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and what caused it.</summary>
    public KernelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without anything to say.</summary>
    public KernelException()
    {
    }

    /// <summary>Creates the exception of a refusal, which has put the error into words.</summary>
    internal KernelException(string message, KernelRefusal refusal)
        : base(message)
        => ErrorNumber = refusal.ErrorNumber;

    /// <summary>The kernel's <c>errno</c>; zero when the failure is not a system call's.</summary>
    public int ErrorNumber { get; }

    /// <summary>Whether the process lacks a right.</summary>
    public bool IsForbidden => ErrorNumber is Libc.EPERM or Libc.EACCES;

    /// <summary>The exception for the call that this thread made last.</summary>
    internal static KernelException FromLastError(string operation) => new(operation, Marshal.GetLastPInvokeError());
}
