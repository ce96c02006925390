using System.Buffers.Binary;
using System.Text;

namespace Saker.Tests.Wire.Captures;

/// <summary>Captures put together field by field, in either byte order, so that tests can say exactly what a file holds, right or wrong.</summary>
internal sealed class CaptureBytes(bool isBigEndian = false)
{
    private readonly List<byte> _bytes = [];

    public bool IsBigEndian { get; set; } = isBigEndian;

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public MemoryStream ToStream() => new(ToArray());

    public CaptureBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureBytes UInt16(int value)
    {
        byte[] bytes = new byte[2];
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        }

        return Raw(bytes);
    }

    public CaptureBytes UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        }

        return Raw(bytes);
    }

    public CaptureBytes UInt64(ulong value) => IsBigEndian
        ? UInt32((uint)(value >> 32)).UInt32((uint)value)
        : UInt32((uint)value).UInt32((uint)(value >> 32));

    /// <summary>The header of a pcap file.</summary>
    public CaptureBytes PcapHeader(uint magic = 0xa1b2c3d4, int major = 2, int minor = 4, uint snapLength = 65535, uint network = 1) =>
        UInt32(magic).UInt16(major).UInt16(minor).UInt32(0).UInt32(0).UInt32(snapLength).UInt32(network);

    /// <summary>A record of a pcap file.</summary>
    public CaptureBytes PcapRecord(uint seconds, uint fraction, byte[] frame, uint? captured = null, uint? original = null) =>
        UInt32(seconds).UInt32(fraction).UInt32(captured ?? (uint)frame.Length).UInt32(original ?? (uint)frame.Length).Raw(frame);

    /// <summary>A pcapng block around a body, whose length is padded.</summary>
    public CaptureBytes Block(uint type, Action<CaptureBytes>? body = null)
    {
        var inner = new CaptureBytes(IsBigEndian);
        body?.Invoke(inner);
        inner.Pad();
        uint length = (uint)inner.Length + 12;
        return UInt32(type).UInt32(length).Raw(inner.ToArray()).UInt32(length);
    }

    public CaptureBytes Section(Action<CaptureBytes>? options = null) => Block(0x0a0d0d0a, body =>
    {
        body.UInt32(0x1a2b3c4d).UInt16(1).UInt16(0).UInt64(ulong.MaxValue);
        options?.Invoke(body);
    });

    public CaptureBytes Interface(int linkType = 1, uint snapLength = 0, Action<CaptureBytes>? options = null) => Block(1, body =>
    {
        body.UInt16(linkType).UInt16(0).UInt32(snapLength);
        options?.Invoke(body);
    });

    public CaptureBytes Enhanced(
        uint interfaceNumber, ulong ticks, byte[] frame, uint? captured = null, uint? original = null, Action<CaptureBytes>? options = null) =>
        Block(6, body =>
        {
            body.UInt32(interfaceNumber).UInt32((uint)(ticks >> 32)).UInt32((uint)ticks);
            body.UInt32(captured ?? (uint)frame.Length).UInt32(original ?? (uint)frame.Length).Raw(frame).Pad();
            options?.Invoke(body);
        });

    public CaptureBytes Obsolete(int interfaceNumber, ulong ticks, byte[] frame, Action<CaptureBytes>? options = null) => Block(2, body =>
    {
        body.UInt16(interfaceNumber).UInt16(7).UInt32((uint)(ticks >> 32)).UInt32((uint)ticks);
        body.UInt32((uint)frame.Length).UInt32((uint)frame.Length).Raw(frame).Pad();
        options?.Invoke(body);
    });

    public CaptureBytes Simple(uint original, byte[] frame) => Block(3, body => body.UInt32(original).Raw(frame));

    public CaptureBytes Option(int code, params ReadOnlySpan<byte> value) => UInt16(code).UInt16(value.Length).Raw(value).Pad();

    public CaptureBytes TextOption(int code, string text) => Option(code, Encoding.UTF8.GetBytes(text));

    public CaptureBytes UInt32Option(int code, uint value) => UInt16(code).UInt16(4).UInt32(value);

    public CaptureBytes UInt64Option(int code, ulong value) => UInt16(code).UInt16(8).UInt64(value);

    public CaptureBytes EndOfOptions() => UInt32(0);

    private CaptureBytes Pad()
    {
        while (_bytes.Count % 4 != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }
}
