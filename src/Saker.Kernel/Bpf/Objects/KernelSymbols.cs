using System.Globalization;

namespace Saker.Kernel.Bpf;

/// <summary>The addresses of the kernel's functions and variables.</summary>
internal static class KernelSymbols
{
    public const string Path = "/proc/kallsyms";

    /// <summary>The address of a symbol; 0: it is hidden from who asks; null: there is none.</summary>
    public static ulong? AddressOf(string name)
    {
        foreach (string line in File.ReadLines(Path))
        {
            // Address, kind, name; behind that a module, which is not searched.
            string[] words = line.Split(' ');
            if (words.Length == 3 && words[2] == name)
            {
                return ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
