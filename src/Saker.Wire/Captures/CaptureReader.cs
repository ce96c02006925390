using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Saker.Wire.Captures;

/// <summary>The form of a capture file.</summary>
public enum CaptureFormat
{
    /// <summary>The classic form: one header, then frames.</summary>
    Pcap,

    /// <summary>The block form, with interfaces, options and comments.</summary>
    Pcapng,
}

/// <summary>
/// Reads the frames of a pcap or pcapng capture one after another, from a file or a stream of any length, compressed with gzip or not. A frame is shown
/// in place over the reader's window and is valid until the next call; nothing is allocated for it.
/// </summary>
/// <remarks>
/// Content that is wrong is no exception: where a capture cannot be opened the reason is a <see cref="CaptureFault"/>, and a damaged one is read up to the
/// damage, where <see cref="TryReadNext"/> gives false and <see cref="Fault"/> says what and where it is. What libpcap and Wireshark put up with is
/// accepted here too: a captured length above the snapshot length or the original length, times of zero, unknown blocks. One reader belongs to one thread.
/// .NET takes a gzip file that was cut for one that ends, unless the application sets the runtime option
/// <c>System.IO.Compression.UseStrictValidation</c>, as the <c>saker</c> command does; without it, a cut is told only where it goes through a frame.
/// </remarks>
public abstract class CaptureReader : IDisposable
{
    /// <summary>The longest frame that is believed. No link has frames of that size, so a longer one is damage.</summary>
    public const int MaximumFrameLength = 64 * 1024 * 1024;

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInputPath = "-";

    private protected CaptureReader(CaptureInput input, CaptureSource source)
    {
        Input = input;
        CaptureSource = source;
    }

    /// <summary>What the capture is called in messages: its path, or what the caller named its stream.</summary>
    public string Source => CaptureSource.Name;

    /// <summary>The form of the file.</summary>
    public abstract CaptureFormat Format { get; }

    /// <summary>Whether the capture came out of gzip; positions count in what came out.</summary>
    public bool IsCompressed => Input.IsDecompressed;

    /// <summary>The interfaces described so far. In pcapng, more may come with later frames.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>How many frames have been read.</summary>
    public long FrameCount { get; private protected set; }

    /// <summary>How many bytes of the (decompressed) capture have been passed.</summary>
    public long Position => Input.Position;

    /// <summary>Why reading ended before the end of the capture, or null.</summary>
    public CaptureFault? Fault { get; private set; }

    private protected CaptureInput Input { get; }

    private protected CaptureSource CaptureSource { get; }

    /// <summary>Opens a file; <see cref="StandardInputPath"/> stands for standard input.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="reader">The reader, to be disposed of; null where there is a fault.</param>
    /// <param name="fault">Why it cannot be read; null where there is a reader.</param>
    /// <param name="anyLinkType">Whether to show frames of link types too that <see cref="LinkLayer"/> does not understand. Otherwise they are a
    /// fault: of the file in pcap, of the first such frame in pcapng.</param>
    public static bool TryOpen(
        string path, [NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault, bool anyLinkType = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path == StandardInputPath)
        {
            return TryOpen(Console.OpenStandardInput(), "standard input", out reader, out fault, anyLinkType);
        }

        reader = null;
        return TryOpenFile(path, out FileStream? file, out fault) && TryOpen(file, path, out reader, out fault, anyLinkType);
    }

    /// <summary>Reads a stream, which need not seek.</summary>
    /// <param name="stream">The capture from its beginning on. The reader owns it, also where there is a fault, unless <paramref name="leaveOpen"/>.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="reader">The reader, to be disposed of; null where there is a fault.</param>
    /// <param name="fault">Why it cannot be read; null where there is a reader.</param>
    /// <param name="anyLinkType">As for a path.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public static bool TryOpen(
        Stream stream,
        string name,
        [NotNullWhen(true)] out CaptureReader? reader,
        [NotNullWhen(false)] out CaptureFault? fault,
        bool anyLinkType = false,
        bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var source = new CaptureSource(name, anyLinkType);
        var input = new CaptureInput(stream, leaveOpen);
        if (CaptureSignature.IsGzip(input))
        {
            input = new CaptureInput(new GZipStream(new CaptureInputStream(input), CompressionMode.Decompress), leaveOpen: false, isDecompressed: true);
        }

        if (!input.TryPeek(PcapFormat.MagicLength, out ReadOnlySpan<byte> start))
        {
            reader = null;
            fault = CaptureSignature.FaultOfShort(input, source);
        }
        else if (PcapFormat.TryRecognize(start, out uint magic, out ByteOrder order))
        {
            reader = PcapReader.Open(input, source, magic, order, out fault);
        }
        else if (ByteOrder.Native.UInt32(start, 0) == PcapngFormat.SectionHeader)
        {
            reader = PcapngReader.Open(input, source, out fault);
        }
        else
        {
            reader = null;
            fault = CaptureSignature.FaultOfUnknown(input, source);
        }

        if (reader is null)
        {
            input.Dispose();
        }

        return reader is not null;
    }

    /// <summary>Shows the next frame; false at the end of the capture or where it is at fault, which <see cref="Fault"/> tells.</summary>
    public abstract bool TryReadNext(out CaptureFrame frame);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps the first fault and ends reading. Gives false, for a reader to return.</summary>
    private protected bool Fail(CaptureFaultKind kind, long offset, string message)
    {
        Fault ??= CaptureSource.FaultAt(Input, kind, offset, message);
        Input.End();
        return false;
    }

    /// <summary>
    /// The input gave less than a header, record or block needs. Where it gave nothing, the capture is over, as it should be.
    /// </summary>
    private protected bool EndOfInput(long offset, string what, long needed)
    {
        if (Fault is null && (Input.Available > 0 || Input.Position > offset || Input.Failure is not null))
        {
            Fault = CaptureSource.FaultOfCut(Input, offset, what, needed);
        }

        Input.End();
        return false;
    }

    private static bool TryOpenFile(string path, [NotNullWhen(true)] out FileStream? file, [NotNullWhen(false)] out CaptureFault? fault)
    {
        file = null;
        try
        {
            if (Directory.Exists(path))
            {
                fault = new(CaptureFaultKind.Directory, path, "is a directory; name a capture file in it");
                return false;
            }

            file = new FileStream(path, new FileStreamOptions
            {
                BufferSize = 0,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.SequentialScan,
            });
            fault = null;
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = new(CaptureFaultKind.NotFound, path, "there is no such file; check the path");
        }
        catch (UnauthorizedAccessException)
        {
            fault = new(CaptureFaultKind.NoPermission, path, "this user may not read it; change its permissions, or read it as another user");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            fault = new(CaptureFaultKind.ReadFailed, path, $"cannot be opened: {exception.Message}");
        }

        return false;
    }
}
