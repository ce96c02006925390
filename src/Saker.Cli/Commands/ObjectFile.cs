using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;

namespace Saker.Cli.Commands;

/// <summary>An object file that was named on the command line.</summary>
internal static class ObjectFile
{
    /// <summary>The longest file that is read, in bytes; compilers make objects of some hundred KiB.</summary>
    private const int LongestFile = 256 << 20;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="spec">What it holds.</param>
    /// <param name="fault">What is wrong, and what to do, in one line.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out ObjectSpec? spec, [NotNullWhen(false)] out string? fault)
    {
        spec = null;
        if (!TryReadBytes(path, out byte[]? bytes, out string? problem))
        {
            fault = $"{path}: {problem}";
            return false;
        }

        fault = BpfObject.TryRead(bytes, out spec, out ObjectFault? wrong) ? null : $"{path}: {wrong}";
        return fault is null;
    }

    private static bool TryReadBytes(string path, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? problem)
    {
        bytes = null;
        problem = null;
        if (Directory.Exists(path))
        {
            problem = "this is a directory; expected an object (clang -target bpf -c)";
            return false;
        }

        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using MemoryStream read = new();
            byte[] block = new byte[1 << 16];
            while (problem is null && file.Read(block) is > 0 and var count)
            {
                read.Write(block, 0, count);
                problem = read.Length > LongestFile ? $"it is longer than the {LongestFile >> 20} MiB that are read of an object" : null;
            }

            bytes = problem is null ? read.ToArray() : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "there is no such file; check the path";
        }
        catch (UnauthorizedAccessException)
        {
            problem = "this user may not read it; change its permissions, or read it as another user";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            problem = $"cannot be opened: {exception.Message}";
        }

        return bytes is not null;
    }
}
