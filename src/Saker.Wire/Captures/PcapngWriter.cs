using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Saker.Wire.Captures;

/// <summary>
/// Writes a pcapng capture of one section, little-endian, times in nanoseconds, to a stream. What is written reaches the stream in large pieces: it is
/// complete after <see cref="Flush"/> or <see cref="Dispose"/>. Frames of which neither comment nor flags are written cost no allocation.
/// </summary>
public sealed class PcapngWriter : IDisposable
{
    private const byte Nanoseconds = 9;
    private const int OptionPadding = 4;

    private readonly CaptureOutput _output;
    private readonly List<int> _snapLengths = [];

    /// <summary>Writes the section header.</summary>
    /// <param name="stream">Where to write to. The writer owns it, unless <paramref name="leaveOpen"/>.</param>
    /// <param name="application">What the file says which program wrote it, if anything.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public PcapngWriter(Stream stream, string? application = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _output = new CaptureOutput(stream, leaveOpen);
        var options = new OptionList();
        options.AddText(PcapngFormat.SectionApplicationOption, application);

        int length = PcapngFormat.MinimumSectionHeaderLength + options.Length;
        Span<byte> block = BeginBlock(PcapngFormat.SectionHeader, length, PcapngFormat.SectionOptions);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PcapngFormat.SectionByteOrderMagic..], PcapngFormat.ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(block[PcapngFormat.SectionMajorVersion..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(block[PcapngFormat.SectionMinorVersion..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(block[PcapngFormat.SectionLength..], PcapngFormat.UnknownSectionLength);
        EndBlock(options, length);
    }

    /// <summary>How many frames have been written.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Describes an interface, before its first frame. Gives its index, for <see cref="Write"/>.</summary>
    /// <param name="linkType">What its frames begin with.</param>
    /// <param name="name">Its name, such as <c>eth0</c>.</param>
    /// <param name="description">What there is to say of it.</param>
    /// <param name="snapLength">Frames are cut to so many bytes; 0 for no limit.</param>
    public int AddInterface(LinkType linkType, string? name = null, string? description = null, int snapLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(snapLength);
        var options = new OptionList();
        options.AddText(PcapngFormat.InterfaceNameOption, name);
        options.AddText(PcapngFormat.InterfaceDescriptionOption, description);
        options.Add(PcapngFormat.InterfaceTimestampResolutionOption, [Nanoseconds]);

        int length = PcapngFormat.InterfaceOptions + options.Length + PcapngFormat.BlockTrailerLength;
        Span<byte> block = BeginBlock(PcapngFormat.InterfaceDescription, length, PcapngFormat.InterfaceOptions);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PcapngFormat.InterfaceLinkType..], (uint)linkType);
        BinaryPrimitives.WriteInt32LittleEndian(block[PcapngFormat.InterfaceSnapLength..], snapLength);
        EndBlock(options, length);
        _snapLengths.Add(snapLength == 0 ? int.MaxValue : snapLength);
        return _snapLengths.Count - 1;
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="interfaceIndex">What <see cref="AddInterface"/> gave.</param>
    /// <param name="timestampNanoseconds">When, since 1970; earlier times come out as 1970.</param>
    /// <param name="bytes">What there is of the frame.</param>
    /// <param name="originalLength">How long it was; -1 where all of it is there.</param>
    /// <param name="flags">The flag word (<c>epb_flags</c>), whose lowest two bits are a <see cref="CaptureDirection"/>; 0 is not written.</param>
    /// <param name="comment">A comment on the frame.</param>
    public void Write(
        int interfaceIndex, long timestampNanoseconds, ReadOnlySpan<byte> bytes, int originalLength = -1, uint flags = 0, string? comment = null)
    {
        if ((uint)interfaceIndex >= (uint)_snapLengths.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(interfaceIndex), interfaceIndex, "No such interface has been added.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(originalLength, -1);
        originalLength = originalLength < 0 ? bytes.Length : originalLength;
        bytes = bytes[..Math.Min(bytes.Length, _snapLengths[interfaceIndex])];
        var options = new OptionList();
        if (flags != 0)
        {
            options.AddUInt32(PcapngFormat.FlagsOption, flags);
        }

        options.AddText(PcapngFormat.CommentOption, comment);
        int padding = PcapngFormat.Padded(bytes.Length) - bytes.Length;
        int length = PcapngFormat.EnhancedData + bytes.Length + padding + options.Length + PcapngFormat.BlockTrailerLength;
        ulong ticks = (ulong)Math.Max(timestampNanoseconds, 0);

        Span<byte> block = BeginBlock(PcapngFormat.EnhancedPacket, length, PcapngFormat.EnhancedData);
        BinaryPrimitives.WriteInt32LittleEndian(block[PcapngFormat.EnhancedInterface..], interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PcapngFormat.EnhancedTimestampHigh..], (uint)(ticks >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[PcapngFormat.EnhancedTimestampLow..], (uint)ticks);
        BinaryPrimitives.WriteInt32LittleEndian(block[PcapngFormat.EnhancedCapturedLength..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[PcapngFormat.EnhancedOriginalLength..], originalLength);
        _output.Write(bytes);
        _output.Append(padding).Clear();
        EndBlock(options, length);
        FrameCount++;
    }

    /// <summary>Gives everything written so far to the stream.</summary>
    public void Flush() => _output.Flush();

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private Span<byte> BeginBlock(uint type, int length, int fixedLength)
    {
        Span<byte> block = _output.Append(fixedLength);
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[PcapngFormat.BlockLengthField..], length);
        return block;
    }

    private void EndBlock(OptionList options, int length)
    {
        ReadOnlySpan<byte> bytes = options.BytesWithoutEndMark;
        _output.Write(bytes);
        _output.Append(options.Length - bytes.Length).Clear();
        BinaryPrimitives.WriteInt32LittleEndian(_output.Append(PcapngFormat.BlockTrailerLength), length);
    }

    // The options of one block. The mark that the format wants after the last one is counted in; a block without options has none.
    private struct OptionList
    {
        private const int EndMarkLength = PcapngFormat.OptionHeaderLength;

        private List<byte>? _bytes;

        public readonly int Length => _bytes is null ? 0 : _bytes.Count + EndMarkLength;

        public readonly ReadOnlySpan<byte> BytesWithoutEndMark => CollectionsMarshal.AsSpan(_bytes);

        public void AddText(ushort code, string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                Add(code, bytes.AsSpan(0, Math.Min(bytes.Length, ushort.MaxValue)));
            }
        }

        public void AddUInt32(ushort code, uint value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            Add(code, bytes);
        }

        public void Add(ushort code, ReadOnlySpan<byte> value)
        {
            _bytes ??= [];
            Span<byte> header = stackalloc byte[PcapngFormat.OptionHeaderLength];
            BinaryPrimitives.WriteUInt16LittleEndian(header, code);
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)value.Length);
            _bytes.AddRange(header);
            _bytes.AddRange(value);
            while (_bytes.Count % OptionPadding != 0)
            {
                _bytes.Add(0);
            }
        }
    }
}
