using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Netlink;

/// <summary>A socket of rtnetlink, which belongs to the network namespace of the thread that opened it. Requests are answered one by one, so that one thread at a time may use it.</summary>
internal sealed class RouteSocket : IDisposable
{
    public const ushort Acknowledge = 4;

    private const int NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11, SOL_NETLINK = 270;
    private const ushort ErrorType = 2;
    private const ushort ErrorMessageAttribute = 1;

    /// <summary>A header, and an error with the header of what it answers.</summary>
    private const int ErrorLength = RouteRequest.HeaderLength + sizeof(int) + RouteRequest.HeaderLength;

    private readonly KernelSocket _socket;
    private readonly byte[] _reply = new byte[64 << 10];
    private uint _sequence;

    /// <summary>Opens one.</summary>
    /// <param name="family">Which netlink: rtnetlink, or one that speaks as it does (<c>NETLINK_GENERIC</c>).</param>
    public RouteSocket(int family = Libc.NETLINK_ROUTE)
    {
        _socket = KernelSocket.Open(Libc.AF_NETLINK, Libc.SOCK_RAW, family);

        // Errors come with words, and without a copy of what was asked.
        _socket.SetOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        _socket.SetOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    }

    /// <summary>Asks for something to be done.</summary>
    /// <param name="request">What; it must want to be acknowledged.</param>
    /// <param name="complaint">What the kernel says of an error beside its number; empty: nothing.</param>
    /// <returns>0, or the error number, negated.</returns>
    public int Execute(RouteRequest request, out string complaint)
    {
        ReadOnlySpan<byte> answer = Ask(request);
        complaint = "";
        if (!IsRefused(answer))
        {
            throw new KernelException($"rtnetlink {request.Type}: the kernel answers with something else than an acknowledgement");
        }

        int error = BinaryPrimitives.ReadInt32LittleEndian(answer[RouteRequest.HeaderLength..]);
        if (answer.Length > ErrorLength && Find(answer[ErrorLength..], ErrorMessageAttribute) is { IsEmpty: false } text)
        {
            complaint = Encoding.UTF8.GetString(text.TrimEnd((byte)0));
        }

        return error;
    }

    /// <summary>Asks for something to be told.</summary>
    /// <returns>The message with its header; valid until the next call.</returns>
    public ReadOnlySpan<byte> Ask(RouteRequest request)
    {
        _socket.Send(request.ToArray(++_sequence));
        while (_socket.TryReceive(_reply, [], out int length))
        {
            ReadOnlySpan<byte> answer = _reply.AsSpan(0, Math.Min(length, _reply.Length));
            if (answer.Length >= RouteRequest.HeaderLength + sizeof(int) && BinaryPrimitives.ReadUInt32LittleEndian(answer[8..]) == _sequence)
            {
                return answer;
            }
        }

        throw new KernelException($"rtnetlink {request.Type}: no answer");
    }

    /// <summary>Whether an answer is an error.</summary>
    public static bool IsRefused(ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadUInt16LittleEndian(answer[4..]) == ErrorType;

    /// <summary>Turns an answer that is an error into an exception.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="operation">What was asked.</param>
    public static void ThrowIfRefused(ReadOnlySpan<byte> answer, string operation)
    {
        if (IsRefused(answer))
        {
            throw new KernelRefusal(operation, -BinaryPrimitives.ReadInt32LittleEndian(answer[RouteRequest.HeaderLength..])).ToException();
        }
    }

    /// <summary>An attribute among others; empty: it is not there.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        const ushort TypeMask = 0x3fff;
        while (attributes.Length >= 4)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                break;
            }

            if ((MemoryMarshal.Read<ushort>(attributes[2..]) & TypeMask) == type)
            {
                return attributes[4..length];
            }

            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }

        return default;
    }

    public void Dispose() => _socket.Dispose();
}
