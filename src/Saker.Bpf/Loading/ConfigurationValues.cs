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
/// What objects may ask of a kernel's configuration (<c>__kconfig</c>): values by name, as the kernel's build writes them (<c>CONFIG_HZ=250</c>), and what follows of its
/// version (<c>LINUX_KERNEL_VERSION</c>). It does not change.
/// </summary>
public sealed class ConfigurationValues
{
    private const string VersionName = "LINUX_KERNEL_VERSION";
    private const int FirstWithCookies = 0x05_0F_00;
    private const string TristateName = "libbpf_tristate";

    private readonly ImmutableDictionary<string, string> _values;

    private ConfigurationValues(ImmutableDictionary<string, string> values) => _values = values;

    /// <summary>Linux 6.18, of which nothing else is known.</summary>
    public static ConfigurationValues Reference { get; } = new ConfigurationValues(ImmutableDictionary<string, string>.Empty).WithVersion(6, 18, 0);

    /// <summary>The values of a kernel.</summary>
    /// <param name="values">Its configuration: what is not set is not there.</param>
    /// <param name="version">Its version.</param>
    public static ConfigurationValues Of(IEnumerable<KeyValuePair<string, string>> values, Version version)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(version);
        return new ConfigurationValues(ImmutableDictionary.CreateRange(StringComparer.Ordinal, values)).WithVersion(version.Major, version.Minor, Math.Max(version.Build, 0));
    }

    /// <summary>The same with another value.</summary>
    /// <param name="name">What it is of: <c>CONFIG_HZ</c>.</param>
    /// <param name="value">The value as the build writes it: <c>y</c>, <c>250</c>, <c>"text"</c>.</param>
    public ConfigurationValues With(string name, string value) => new(_values.SetItem(name, value));

    /// <summary>Gives an object the values that it asks for; what its spec was given before stays.</summary>
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
        foreach (VariableSpec variable in spec.Variables.Where(variable => variable.Map == section.Name))
        {
            Span<byte> place = contents.AsSpan((int)variable.Offset, (int)variable.Size);
            if (!place.ContainsAnyExcept((byte)0) && (fault = FaultOf(spec, variable, place)) is not null)
            {
                configured = null;
                return false;
            }
        }

        configured = spec.WithMap(section with { Contents = ImmutableCollectionsMarshal.AsImmutableArray(contents) });
        return true;
    }

    private ConfigurationValues WithVersion(int major, int minor, int patch)
    {
        int code = (major << 16) | (minor << 8) | Math.Min(patch, 0xFF);
        return With(VersionName, code.ToString(CultureInfo.InvariantCulture))
            .With("LINUX_HAS_BPF_COOKIE", code >= FirstWithCookies ? "y" : "n")
            .With("LINUX_HAS_SYSCALL_WRAPPER", _values.GetValueOrDefault("CONFIG_ARCH_HAS_SYSCALL_WRAPPER", "n"));
    }

    /// <summary>Writes the value of a variable.</summary>
    private string? FaultOf(ObjectSpec spec, in VariableSpec variable, Span<byte> place)
    {
        if (!_values.TryGetValue(variable.Name, out string? value))
        {
            return IsWanted(spec, variable) ? $"the object asks for the kernel's {variable.Name}, which is not known here: declare it __weak, or give the variable a value" : null;
        }

        return TryWrite(spec.Types!, variable.TypeId, value, place) ? null
            : $"the kernel's {variable.Name} is {value}, which is no value of '{BtfText.DeclarationOf(spec.Types!, variable.TypeId, variable.Name)}'";
    }

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
