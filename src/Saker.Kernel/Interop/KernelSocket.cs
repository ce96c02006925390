using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Saker.Bpf.Classic;

namespace Saker.Kernel.Interop;

/// <summary>
/// A socket with exactly the options that its owner sets, unlike <see cref="System.Net.Sockets.Socket"/>, which sets some of its own.
/// It never blocks. It belongs to the network namespace of the thread that opened it.
/// </summary>
internal sealed unsafe class KernelSocket : IDisposable
{
    private readonly SafeSocketDescriptor _descriptor;

    private KernelSocket(SafeSocketDescriptor descriptor) => _descriptor = descriptor;

    public static KernelSocket Open(int family, int type, int protocol)
    {
        var descriptor = Libc.socket(family, type | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, protocol);
        if (descriptor < 0)
        {
            throw KernelException.FromLastError($"socket({family}, {type}, {protocol})");
        }

        return new KernelSocket(new SafeSocketDescriptor(descriptor));
    }

    /// <summary>Two sockets of this host that are connected to one another.</summary>
    public static (KernelSocket First, KernelSocket Second) OpenPair(int type)
    {
        var descriptors = stackalloc int[2];
        Check(Libc.socketpair(Libc.AF_UNIX, type | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0, descriptors), "socketpair");
        return (new KernelSocket(new SafeSocketDescriptor(descriptors[0])), new KernelSocket(new SafeSocketDescriptor(descriptors[1])));
    }

    /// <summary>Lets a program of classic BPF choose what the socket receives, and how much of it.</summary>
    /// <returns>0, or the error number by which the kernel refuses the program.</returns>
    public int TryAttachFilter(ReadOnlySpan<ClassicInstruction> program) => TrySetProgram(Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, program);

    /// <summary>Sets an option whose value is a program.</summary>
    /// <returns>0, or the error number by which the kernel refuses it.</returns>
    public int TrySetProgram(int level, int name, ReadOnlySpan<ClassicInstruction> program)
    {
        fixed (ClassicInstruction* instructions = program)
        {
            Libc.FilterProgram filter = new() { len = (ushort)program.Length, filter = instructions };
            return Libc.setsockopt(_descriptor, level, name, (byte*)&filter, (uint)sizeof(Libc.FilterProgram)) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    public void Bind(ReadOnlySpan<byte> address)
    {
        fixed (byte* bytes = address)
        {
            Check(Libc.bind(_descriptor, bytes, (uint)address.Length), "bind");
        }
    }

    public void Connect(ReadOnlySpan<byte> address)
    {
        fixed (byte* bytes = address)
        {
            Check(Libc.connect(_descriptor, bytes, (uint)address.Length), "connect");
        }
    }

    public void Listen(int backlog) => Check(Libc.listen(_descriptor, backlog), "listen");

    /// <summary>The next connection, or null when none waits.</summary>
    public KernelSocket? Accept()
    {
        var descriptor = Libc.accept4(_descriptor, null, null, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
        return descriptor < 0 ? null : new KernelSocket(new SafeSocketDescriptor(descriptor));
    }

    public void SetOption(int level, int name, int value)
        => SetOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    public void SetOption(int level, int name, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            Check(Libc.setsockopt(_descriptor, level, name, bytes, (uint)value.Length), $"setsockopt({level}, {name})");
        }
    }

    public void GetOption(int level, int name, Span<byte> value)
    {
        fixed (byte* bytes = value)
        {
            var length = (uint)value.Length;
            Check(Libc.getsockopt(_descriptor, level, name, bytes, &length), $"getsockopt({level}, {name})");
        }
    }

    /// <summary>Asks or tells something of a device (ioctl(2)).</summary>
    public bool TryControl(nuint request, Span<byte> argument)
    {
        fixed (byte* bytes = argument)
        {
            return Libc.ioctl(_descriptor, request, bytes) >= 0;
        }
    }

    /// <summary>The descriptor itself.</summary>
    public SafeSocketDescriptor Descriptor => _descriptor;

    /// <summary>Takes away the error that the socket tells of when it is waited for.</summary>
    /// <returns>The error number; 0: there was none.</returns>
    public int TakeError()
    {
        int error = 0;
        GetOption(Libc.SOL_SOCKET, Libc.SO_ERROR, MemoryMarshal.AsBytes(new Span<int>(ref error)));
        return error;
    }

    /// <summary>Sets the receive buffer to so many bytes as the kernel counts them; without the right to exceed the machine's limit, to no more than that.</summary>
    public void SetReceiveBuffer(int size) => SetBuffer(Libc.SO_RCVBUFFORCE, Libc.SO_RCVBUF, size);

    /// <summary>As <see cref="SetReceiveBuffer"/>: how much may be with the device that is not sent yet.</summary>
    public void SetSendBuffer(int size) => SetBuffer(Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, size);

    public void BindToDevice(string device) => SetOption(Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, Encoding.UTF8.GetBytes(device));

    public void Send(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            if (Libc.send(_descriptor, bytes, (nuint)data.Length, 0) < 0)
            {
                throw KernelException.FromLastError("send");
            }
        }
    }

    /// <summary>Receives without waiting. The length is the whole datagram's, though no more than fits is stored.</summary>
    /// <returns>False when nothing waits; an error that a connected socket reports is taken away and counts as nothing.</returns>
    public bool TryReceive(Span<byte> buffer, Span<byte> address, out int length)
    {
        fixed (byte* bytes = buffer)
        fixed (byte* from = address)
        {
            while (true)
            {
                var addressLength = (uint)address.Length;
                var received = Libc.recvfrom(
                    _descriptor, bytes, (nuint)buffer.Length, Libc.MSG_DONTWAIT | Libc.MSG_TRUNC, from, address.IsEmpty ? null : &addressLength);
                if (received >= 0)
                {
                    length = (int)received;
                    return true;
                }

                if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    length = 0;
                    return false;
                }
            }
        }
    }

    /// <summary>Receives without waiting, with what stands beside the message.</summary>
    /// <param name="buffer">Where the message goes; what does not fit is lost.</param>
    /// <param name="address">Where the sender's address goes.</param>
    /// <param name="control">Where the control messages go; afterwards those that came.</param>
    /// <param name="length">The message's own length.</param>
    public bool TryReceive(Span<byte> buffer, Span<byte> address, ref Span<byte> control, out int length)
    {
        fixed (byte* bytes = buffer, from = address, beside = control)
        {
            Libc.IoVector vector = new() { iov_base = bytes, iov_len = (nuint)buffer.Length };
            while (true)
            {
                Libc.MessageHeader message = new()
                {
                    msg_name = from,
                    msg_namelen = (uint)address.Length,
                    msg_iov = &vector,
                    msg_iovlen = 1,
                    msg_control = beside,
                    msg_controllen = (nuint)control.Length,
                };
                var received = Libc.recvmsg(_descriptor, &message, Libc.MSG_DONTWAIT | Libc.MSG_TRUNC);
                if (received >= 0)
                {
                    control = control[..(int)message.msg_controllen];
                    length = (int)received;
                    return true;
                }

                if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    control = default;
                    length = 0;
                    return false;
                }
            }
        }
    }

    /// <summary>Waits until there is something to receive, or an error to take away.</summary>
    /// <returns>False if there was nothing for so long, or a signal came.</returns>
    public bool Wait(TimeSpan time)
    {
        var isHeld = false;
        _descriptor.DangerousAddRef(ref isHeld);
        try
        {
            Libc.PollDescriptor descriptor = new() { fd = (int)_descriptor.DangerousGetHandle(), events = Libc.POLLIN };
            return Libc.poll(&descriptor, 1, (int)time.TotalMilliseconds) > 0;
        }
        finally
        {
            _descriptor.DangerousRelease();
        }
    }

    public void Dispose() => _descriptor.Dispose();

    /// <summary>A <c>sockaddr_in</c>, or for an address of IPv6 a <c>sockaddr_in6</c>.</summary>
    public static byte[] InternetAddress(IPEndPoint endPoint)
    {
        var isIPv6 = endPoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var address = new byte[isIPv6 ? 28 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(address, (ushort)(isIPv6 ? Libc.AF_INET6 : Libc.AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address.AsSpan(isIPv6 ? 8 : 4), out _);
        if (isIPv6)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(address.AsSpan(24), (uint)endPoint.Address.ScopeId);
        }

        return address;
    }

    private void SetBuffer(int force, int usual, int size)
    {
        // The kernel doubles what it is given.
        var half = size / 2;
        if (Libc.setsockopt(_descriptor, Libc.SOL_SOCKET, force, (byte*)&half, sizeof(int)) < 0)
        {
            SetOption(Libc.SOL_SOCKET, usual, half);
        }
    }

    private static void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw KernelException.FromLastError(operation);
        }
    }
}
