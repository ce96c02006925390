using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel;

namespace Saker.KernelTests.TrafficControl;

/// <summary>
/// An eBPF program of a few instructions that answers always the same, attached to a device of the calling thread's namespace (tcx). It is gone when it is disposed.
/// </summary>
internal sealed unsafe partial class KernelProgram : IDisposable
{
    private const int LoadCommand = 5, LinkCommand = 28;
    private const uint Classifier = 3;
    private const uint IngressHook = 46, EgressHook = 47;
    private const uint Before = 1 << 3, After = 1 << 4;
    private const int RedirectFunction = 23;
    private const int RedirectToIngress = 1;

    private readonly SafeFileHandle _program;
    private readonly SafeFileHandle _link;

    private KernelProgram(SafeFileHandle program, SafeFileHandle link)
    {
        _program = program;
        _link = link;
    }

    /// <summary>Attaches a program behind all others, in front of all, or right in front of or behind another one.</summary>
    /// <param name="code">Its instructions, from <see cref="Return"/> or <see cref="Redirect"/>.</param>
    /// <param name="device">The index of the device.</param>
    /// <param name="isIngress">Whether it sees what is received, or what is sent.</param>
    /// <param name="isBefore">Whether it stands in front.</param>
    /// <param name="other">Of which one; null: of all.</param>
    public static KernelProgram Attach(ReadOnlySpan<byte> code, int device, bool isIngress, bool isBefore, KernelProgram? other)
    {
        SafeFileHandle program = Load(code);
        Span<byte> attributes = stackalloc byte[64];
        attributes.Clear();
        MemoryMarshal.Write(attributes, Descriptor(program));
        MemoryMarshal.Write(attributes[4..], device);
        MemoryMarshal.Write(attributes[8..], isIngress ? IngressHook : EgressHook);
        MemoryMarshal.Write(attributes[12..], isBefore ? Before : After);
        MemoryMarshal.Write(attributes[16..], other is null ? 0 : Descriptor(other._program));
        return new KernelProgram(program, Call(LinkCommand, attributes, "BPF_LINK_CREATE"));
    }

    /// <summary>A program that returns a verdict.</summary>
    public static byte[] Return(int verdict) => [.. Instruction(0xb7, 0, verdict), .. Instruction(0x95, 0, 0)];

    /// <summary>A program that redirects to a device.</summary>
    public static byte[] Redirect(int device, bool isIngress) =>
        [.. Instruction(0xb7, 1, device), .. Instruction(0xb7, 2, isIngress ? RedirectToIngress : 0), .. Instruction(0x85, 0, RedirectFunction), .. Instruction(0x95, 0, 0)];

    public void Dispose()
    {
        _link.Dispose();
        _program.Dispose();
    }

    private static SafeFileHandle Load(ReadOnlySpan<byte> code)
    {
        ReadOnlySpan<byte> license = "GPL\0"u8;
        fixed (byte* instructions = code, licenseText = license)
        {
            Span<byte> attributes = stackalloc byte[64];
            attributes.Clear();
            MemoryMarshal.Write(attributes, Classifier);
            MemoryMarshal.Write(attributes[4..], code.Length / 8);
            MemoryMarshal.Write(attributes[8..], (ulong)instructions);
            MemoryMarshal.Write(attributes[16..], (ulong)licenseText);
            return Call(LoadCommand, attributes, "BPF_PROG_LOAD");
        }
    }

    private static byte[] Instruction(byte code, byte register, int immediate)
    {
        byte[] bytes = new byte[8];
        bytes[0] = code;
        bytes[1] = register;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), immediate);
        return bytes;
    }

    private static SafeFileHandle Call(int command, Span<byte> attributes, string name)
    {
        int number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;
        fixed (byte* bytes = attributes)
        {
            nint descriptor = Syscall(number, command, bytes, (uint)attributes.Length);
            return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new KernelException(name, Marshal.GetLastPInvokeError());
        }
    }

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, int command, byte* attributes, uint size);
}
