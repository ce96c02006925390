using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>The system call <c>bpf(2)</c>: commands as <c>linux/bpf.h</c> has them; what they take is in BpfAttributes.cs.</summary>
internal static unsafe partial class BpfSystemCall
{
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_MAP_LOOKUP_ELEM = 1;
    public const int BPF_MAP_UPDATE_ELEM = 2;
    public const int BPF_MAP_DELETE_ELEM = 3;
    public const int BPF_MAP_GET_NEXT_KEY = 4;
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_OBJ_PIN = 6;
    public const int BPF_OBJ_GET = 7;
    public const int BPF_PROG_TEST_RUN = 10;
    public const int BPF_PROG_GET_NEXT_ID = 11;
    public const int BPF_MAP_GET_NEXT_ID = 12;
    public const int BPF_PROG_GET_FD_BY_ID = 13;
    public const int BPF_MAP_GET_FD_BY_ID = 14;
    public const int BPF_OBJ_GET_INFO_BY_FD = 15;
    public const int BPF_PROG_QUERY = 16;
    public const int BPF_BTF_LOAD = 18;
    public const int BPF_BTF_GET_FD_BY_ID = 19;
    public const int BPF_MAP_LOOKUP_AND_DELETE_ELEM = 21;
    public const int BPF_MAP_FREEZE = 22;
    public const int BPF_BTF_GET_NEXT_ID = 23;
    public const int BPF_MAP_LOOKUP_BATCH = 24;
    public const int BPF_MAP_LOOKUP_AND_DELETE_BATCH = 25;
    public const int BPF_MAP_UPDATE_BATCH = 26;
    public const int BPF_MAP_DELETE_BATCH = 27;
    public const int BPF_LINK_CREATE = 28;
    public const int BPF_LINK_UPDATE = 29;
    public const int BPF_LINK_GET_FD_BY_ID = 30;
    public const int BPF_LINK_GET_NEXT_ID = 31;
    public const int BPF_ENABLE_STATS = 32;
    public const int BPF_LINK_DETACH = 34;

    public const int ENOENT = 2;
    public const int E2BIG = 7;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int ERANGE = 34;
    public const int EOPNOTSUPP = 95;

    private const int NumberOnX64 = 321;
    private const int NumberElsewhere = 280;

    /// <summary>How often a call is made again that says EAGAIN or EINTR: the verifier and test runs do where a signal came.</summary>
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
            for (int i = 0; i < Attempts && result is -Libc.EAGAIN or -Libc.EINTR; i++)
            {
                nint answer = Syscall(number, command, bytes, (uint)sizeof(T));
                result = answer >= 0 ? (int)answer : -Marshal.GetLastPInvokeError();
            }

            return result;
        }
    }

    /// <summary>Copies a name for an attribute of 16 bytes, as far as it fits; what the kernel allows in no name becomes an underscore.</summary>
    public static void CopyName(string name, byte* destination)
    {
        const int Longest = 15;
        for (int i = 0; i < Math.Min(name.Length, Longest); i++)
        {
            destination[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] is '_' or '.' ? (byte)name[i] : (byte)'_';
        }
    }

    /// <summary>A name of an attribute of 16 bytes.</summary>
    public static string ReadName(byte* name) => System.Text.Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, int command, void* attributes, uint size);
}
