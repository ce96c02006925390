using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>The system call <c>bpf(2)</c>: commands and attributes as <c>linux/bpf.h</c> has them.</summary>
internal static unsafe partial class BpfSystemCall
{
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_PROG_TEST_RUN = 10;

    public const int ENOSPC = 28;

    private const int NumberOnX64 = 321;
    private const int NumberElsewhere = 280;

    /// <summary>How often a call is made again that says EAGAIN: the verifier does where a signal came.</summary>
    private const int Attempts = 5;

    /// <summary>Makes the call.</summary>
    /// <returns>A descriptor or 0, else the error number, negated.</returns>
    public static int Call<T>(int command, ref T attributes)
        where T : unmanaged
    {
        int number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? NumberOnX64 : NumberElsewhere;
        fixed (T* bytes = &attributes)
        {
            int result = -Libc.EAGAIN;
            for (int i = 0; i < Attempts && result == -Libc.EAGAIN; i++)
            {
                nint answer = Syscall(number, command, bytes, (uint)sizeof(T));
                result = answer >= 0 ? (int)answer : -Marshal.GetLastPInvokeError();
            }

            return result;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, int command, void* attributes, uint size);

    /// <summary>Of <see cref="BPF_PROG_LOAD"/>, up to <c>expected_attach_type</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramLoad
    {
        public uint prog_type;
        public uint insn_cnt;
        public ulong insns;
        public ulong license;
        public uint log_level;
        public uint log_size;
        public ulong log_buf;
        public uint kern_version;
        public uint prog_flags;
        public fixed byte prog_name[16];
        public uint prog_ifindex;
        public uint expected_attach_type;
    }

    /// <summary>Of <see cref="BPF_PROG_TEST_RUN"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramTestRun
    {
        public uint prog_fd;
        public uint retval;
        public uint data_size_in;
        public uint data_size_out;
        public ulong data_in;
        public ulong data_out;
        public uint repeat;
        public uint duration;
        public uint ctx_size_in;
        public uint ctx_size_out;
        public ulong ctx_in;
        public ulong ctx_out;
        public uint flags;
        public uint cpu;
        public uint batch_size;
    }
}
