using System.ComponentModel;
using System.Runtime.InteropServices;
using Saker.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>While it lives, the thread has no more capabilities than someone of a privilege. It must be disposed of by the same thread.</summary>
internal sealed partial class LoweredPrivilege : IDisposable
{
    private const uint Version = 0x2008_0522;
    private const int SysAdmin = 21, PerfMon = 38;

    private readonly Sets _low;
    private readonly Sets _high;

    public LoweredPrivilege(VerifierPrivilege privilege)
    {
        var sets = new Sets[2];
        Header header = new(Version, 0);
        Require(GetCapabilities(ref header, sets));
        (_low, _high) = (sets[0], sets[1]);
        if (privilege != VerifierPrivilege.Root)
        {
            var isCapable = privilege == VerifierPrivilege.BpfCapable;
            sets[0].Effective = isCapable ? sets[0].Effective & ~(1u << SysAdmin) : 0;
            sets[1].Effective = isCapable ? sets[1].Effective & ~(1u << (PerfMon - 32)) : 0;
            Require(SetCapabilities(ref header, sets));
        }
    }

    public void Dispose()
    {
        Header header = new(Version, 0);
        Require(SetCapabilities(ref header, [_low, _high]));
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The capabilities of the thread could not be got or set.");
        }
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int GetCapabilities(ref Header header, [In, Out] Sets[] sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(ref Header header, [In] Sets[] sets);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Header(uint Version, int Thread);

    [StructLayout(LayoutKind.Sequential)]
    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
