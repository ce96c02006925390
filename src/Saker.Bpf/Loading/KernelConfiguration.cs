using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Saker.Bpf.Btf;
using Saker.Bpf.Elf;

namespace Saker.Bpf;

/// <summary>
/// What objects may ask of a kernel's configuration (<c>__kconfig</c>): values by name, as the kernel's build writes them (<c>CONFIG_HZ=250</c>), and its version
/// (<c>LINUX_KERNEL_VERSION</c>). It does not change.
/// </summary>
public sealed class KernelConfiguration
{
    private const string VersionName = "LINUX_KERNEL_VERSION";
    private const string TristateName = "libbpf_tristate";

    private readonly ImmutableDictionary<string, string> _values;

    private KernelConfiguration(ImmutableDictionary<string, string> values) => _values = values;

    /// <summary>Linux 6.18, of which nothing else is known.</summary>
    public static KernelConfiguration Reference { get; } = new KernelConfiguration(ImmutableDictionary<string, string>.Empty).WithVersion(6, 18, 0);

    /// <summary>Reads a configuration.</summary>
    /// <param name="lines">A line each, <c>NAME=VALUE</c>; others, such as comments, say nothing.</param>
    /// <param name="version">The kernel's version.</param>
    public static KernelConfiguration Parse(IEnumerable<string> lines, Version version)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(version);
        ImmutableDictionary<string, string>.Builder values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !line.StartsWith('#'))
            {
                values[line[..equals]] = line[(equals + 1)..];
            }
        }

        return new KernelConfiguration(values.ToImmutable()).WithVersion(version.Major, version.Minor, Math.Max(version.Build, 0));
    }

    /// <summary>The same with another value.</summary>
    /// <param name="name">What it is of: <c>CONFIG_HZ</c>.</param>
    /// <param name="value">The value as the build writes it: <c>y</c>, <c>250</c>, <c>"text"</c>.</param>
    public KernelConfiguration With(string name, string value) => new(_values.SetItem(name, value));

    /// <summary>Gives an object the values that it asks for.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="configured">The object with the values; null where there is a fault.</param>
    /// <param name="fault">What it asks for that is not known, or is no value of its type, in one line.</param>
    public bool TryApply(ObjectSpec spec, [NotNullWhen(true)] out ObjectSpec? configured, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        configured = spec;
        fault = null;
        if (spec.FindMap(ConfigurationLayout.SectionName) is not { } section)
        {
            return true;
        }

        byte[] contents = [.. section.Contents];
        foreach (VariableSpec variable in spec.Variables)
        {
            if (variable.Map != section.Name)
            {
                continue;
            }

            Span<byte> place = contents.AsSpan((int)variable.Offset, (int)variable.Size);
            if (!_values.TryGetValue(variable.Name, out string? value))
            {
                if (IsWanted(spec, variable))
                {
                    fault = $"the object asks for the kernel's {variable.Name}, which is not known here";
                }
            }
            else if (!TryWrite(spec.Types!, variable.TypeId, value, place))
            {
                fault = $"the kernel's {variable.Name} is {value}, which is no value of '{BtfText.DeclarationOf(spec.Types!, variable.TypeId, variable.Name)}'";
            }

            if (fault is not null)
            {
                configured = null;
                return false;
            }
        }

        configured = spec.WithMap(section with { Contents = ImmutableCollectionsMarshal.AsImmutableArray(contents) });
        return true;
    }

    private KernelConfiguration WithVersion(int major, int minor, int patch) =>
        With(VersionName, ((major << 16) | (minor << 8) | Math.Min(patch, 0xFF)).ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a program uses it and cannot do without.</summary>
    private static bool IsWanted(ObjectSpec spec, VariableSpec variable) => spec.Programs.Any(program => program.References.Any(reference =>
        reference.Kind == ReferenceKind.MapValue && reference.Name == variable.Map && reference.Offset == variable.Offset && !reference.IsWeak));

    private static bool TryWrite(BtfSpec types, uint id, string value, Span<byte> place)
    {
        BtfType type = types.Resolve(id);
        if (value is "y" or "m" or "n")
        {
            byte? written = type switch
            {
                BtfInteger { Encoding: BtfIntegerEncoding.Boolean } => value switch { "y" => 1, "n" => 0, _ => null },
                BtfInteger { Size: 1 } => (byte)value[0],
                BtfEnumeration { Name: TristateName } => value switch { "y" => 1, "m" => 2, _ => 0 },
                _ => null,
            };
            return written is { } number && TryWriteNumber(number, place, types.IsBigEndian, isSigned: false);
        }

        if (value.StartsWith('"') && type is BtfArray)
        {
            byte[] text = Encoding.UTF8.GetBytes(value.Trim('"'));
            int kept = Math.Min(text.Length, place.Length - 1);
            place.Clear();
            text.AsSpan(0, kept).CopyTo(place);
            return kept >= 0;
        }

        return type is BtfInteger { Encoding: not BtfIntegerEncoding.Boolean } integer && TryParse(value, out BigInteger parsed)
            && TryWriteNumber(parsed, place, types.IsBigEndian, integer.Encoding == BtfIntegerEncoding.Signed);
    }

    private static bool TryParse(string value, out BigInteger number) => value.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? BigInteger.TryParse("0" + value[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : BigInteger.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool TryWriteNumber(BigInteger number, Span<byte> place, bool isBigEndian, bool isSigned)
    {
        if ((number.Sign < 0 && !isSigned) || number.GetByteCount(isUnsigned: !isSigned) > place.Length)
        {
            return false;
        }

        place.Fill((byte)(number.Sign < 0 ? 0xFF : 0));
        return number.TryWriteBytes(isBigEndian ? place[^number.GetByteCount(!isSigned)..] : place, out _, !isSigned, isBigEndian);
    }
}
