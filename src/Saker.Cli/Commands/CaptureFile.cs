using System.Diagnostics.CodeAnalysis;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary>A capture that may have to be read more than once: what comes from standard input is kept in a temporary file for that.</summary>
internal sealed class CaptureFile : IDisposable
{
    private readonly bool _opensAgain;
    private string _path;
    private string? _kept;

    /// <param name="path">The file; <see cref="CaptureReader.StandardInputPath"/> for standard input.</param>
    /// <param name="opensAgain">Whether it may be opened again even after <see cref="TryOpenLast"/>.</param>
    public CaptureFile(string path, bool opensAgain = false)
    {
        _opensAgain = opensAgain;
        _path = path;
        Given = path;
        Name = path == CaptureReader.StandardInputPath ? "standard input" : Path.GetFileName(path);
    }

    /// <summary>What was said on the command line.</summary>
    public string Given { get; }

    /// <summary>The capture's name, without its folder.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes; 0: unknown.</summary>
    public long Length => File.Exists(_path) ? new FileInfo(_path).Length : 0;

    /// <summary>Opens it so that it can be opened again.</summary>
    public bool TryOpenAgain([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault)
    {
        Keep();
        return TryOpenLast(out reader, out fault);
    }

    /// <summary>Opens it for the last time.</summary>
    public bool TryOpenLast([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault, bool anyLinkType = false)
    {
        if (_opensAgain)
        {
            Keep();
        }

        if (_path.Length != 0)
        {
            return CaptureReader.TryOpen(_path, out reader, out fault, anyLinkType);
        }

        reader = null;
        fault = new CaptureFault(CaptureFaultKind.NotFound, "CAPTURE", "an empty name; give the path of a pcap or pcapng file.");
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_kept is not null)
        {
            File.Delete(_kept);
        }
    }

    private void Keep()
    {
        if (_path != CaptureReader.StandardInputPath)
        {
            return;
        }

        _kept = Path.GetTempFileName();
        using (FileStream file = File.Create(_kept))
        using (Stream input = Console.OpenStandardInput())
        {
            input.CopyTo(file);
        }

        _path = _kept;
    }
}
