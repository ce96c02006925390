using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Saker.Host.Dump;
using Saker.Wire.Captures;

namespace Saker.Cli.Output;

/// <summary>Where dumped frames go: a pcapng file, or standard output as lines for people.</summary>
internal sealed class FrameDump : IDisposable
{
    private const string StandardOutput = "-";

    private readonly DumpFile? _file;
    private readonly TextWriter? _lines;
    private readonly FrameLine _line = new();

    private FrameDump(Stream? file)
    {
        if (file is null)
        {
            _lines = Console.Out;
        }
        else
        {
            _file = new DumpFile(file);
        }
    }

    /// <summary>How many frames were taken.</summary>
    public long Count { get; private set; }

    /// <summary>Whether lines are printed.</summary>
    public bool Prints => _lines is not null;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Where; <c>-</c>: standard output; null: no file but lines.</param>
    /// <param name="dump">What takes the frames.</param>
    /// <param name="fault">Why it cannot be created.</param>
    public static bool TryCreate(string? path, [NotNullWhen(true)] out FrameDump? dump, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            dump = new FrameDump(path switch { null => null, StandardOutput => Terminal.OpenOutput(), _ => File.Create(path) });
            fault = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            dump = null;
            fault = $"{path}: cannot be written: {exception.Message}";
            return false;
        }
    }

    /// <summary>Takes a frame.</summary>
    public void Take(in DumpedFrame frame, IReadOnlyList<CaptureInterface> interfaces)
    {
        Count++;
        if (_file is not null)
        {
            _file.Write(frame, interfaces);
            return;
        }

        string direction = frame.Direction switch { CaptureDirection.Inbound => "in ", CaptureDirection.Outbound => "out", _ => "   " };
        string time = Times.Utc(frame.TimestampNanoseconds);
        _lines!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{frame.Number,6}  {time}  {direction}  {frame.OriginalLength,6}  {_line.Describe(frame)}"));
    }

    /// <summary>Lets whoever reads along see what came so far.</summary>
    public void Flush()
    {
        _file?.Flush();
        _lines?.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _lines?.Flush();
    }
}
