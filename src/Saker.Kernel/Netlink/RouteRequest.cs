using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Saker.Kernel.Netlink;

/// <summary>A message to rtnetlink: its header, a structure, and attributes behind it, each padded to 4 bytes. Source: Documentation/userspace-api/netlink/intro.rst.</summary>
internal sealed class RouteRequest
{
    public const int HeaderLength = 16;

    private const ushort IsNested = 0x8000;
    private const int AttributeHeaderLength = 4;

    private readonly List<byte> _bytes = [];

    /// <summary>Begins a message.</summary>
    /// <param name="type">What it asks for (<c>RTM_*</c>).</param>
    /// <param name="flags">How (<c>NLM_F_*</c>); that it is a request is added.</param>
    public RouteRequest(ushort type, ushort flags)
    {
        const ushort Request = 1;
        Type = type;
        Add(0).Add((ushort)type).Add((ushort)(flags | Request)).Add(0).Add(0);
    }

    /// <summary>What it asks for.</summary>
    public ushort Type { get; }

    /// <summary>Adds a number to the structure.</summary>
    public RouteRequest Add<T>(T value)
        where T : unmanaged
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds an attribute that is a number.</summary>
    public RouteRequest Attribute<T>(ushort type, T value)
        where T : unmanaged
    {
        int start = Begin(type);
        Add(value);
        return End(start);
    }

    /// <summary>Adds an attribute that is a text.</summary>
    public RouteRequest Attribute(ushort type, string value)
    {
        int start = Begin(type);
        _bytes.AddRange(Encoding.UTF8.GetBytes(value));
        _bytes.Add(0);
        return End(start);
    }

    /// <summary>Adds an attribute that holds others.</summary>
    public RouteRequest Nest(ushort type, Action<RouteRequest> addParts)
    {
        int start = Begin((ushort)(type | IsNested));
        addParts(this);
        return End(start);
    }

    /// <summary>The message, with its length and a number by which its answer is known.</summary>
    public byte[] ToArray(uint sequence)
    {
        byte[] bytes = [.. _bytes];
        MemoryMarshal.Write(bytes, bytes.Length);
        MemoryMarshal.Write(bytes.AsSpan(8), sequence);
        return bytes;
    }

    private int Begin(ushort type)
    {
        int start = _bytes.Count;
        Add((ushort)0).Add(type);
        return start;
    }

    private RouteRequest End(int start)
    {
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(_bytes)[start..], (ushort)(_bytes.Count - start));
        while (_bytes.Count % AttributeHeaderLength != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }
}
