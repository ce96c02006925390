using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Wire;

namespace Saker.Host.Programs;

/// <summary>
/// Gives global variables values that a person writes, as their types say: numbers (decimal, or hexadecimal behind 0x), true and false, names of enumerations, text for
/// arrays of characters, and in network byte order an IPv4 address for 4 bytes, a MAC address for 6, an IPv6 address for 16. What is neither is <c>hex:</c> with all bytes.
/// </summary>
public static class VariableAssignment
{
    private const string BytesPrefix = "hex:";

    /// <summary>Sets a variable.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="assignment"><c>NAME=VALUE</c>.</param>
    /// <param name="changed">The object with the value.</param>
    /// <param name="fault">What is wrong, in one line.</param>
    public static bool TryApply(ObjectSpec spec, string assignment, [NotNullWhen(true)] out ObjectSpec? changed, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(assignment);
        changed = null;
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            fault = $"'{assignment}' sets nothing: write NAME=VALUE";
            return false;
        }

        (string name, string value) = (assignment[..equals], assignment[(equals + 1)..]);
        VariableSpec[] found = [.. spec.Variables.Where(variable => variable.Name == name)];
        if (found.Length != 1)
        {
            string[] known = [.. spec.Variables.Select(variable => variable.Name).Distinct().Take(20)];
            fault = found.Length > 1 ? $"there are {found.Length} variables '{name}'"
                : known.Length == 0 ? $"there is no variable '{name}': the object has none" : $"there is no variable '{name}'; there are {string.Join(", ", known)}";
            return false;
        }

        byte[] bytes = new byte[found[0].Size];
        if (!TryWrite(spec, found[0], value, bytes))
        {
            string declared = spec.Types is { } types && found[0].TypeId != 0 ? $"'{BtfText.DeclarationOf(types, found[0].TypeId, name)}'" : $"'{name}', {bytes.Length} bytes";
            fault = $"'{value}' is no value of {declared}";
            return false;
        }

        fault = null;
        changed = spec.WithVariable(name, bytes);
        return true;
    }

    private static bool TryWrite(ObjectSpec spec, VariableSpec variable, string value, Span<byte> bytes)
    {
        if (value.StartsWith(BytesPrefix, StringComparison.Ordinal))
        {
            return value.Length == BytesPrefix.Length + (bytes.Length * 2) && Convert.FromHexString(value.AsSpan(BytesPrefix.Length), bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        }

        BtfType? type = spec.Types is { } types && variable.TypeId != 0 ? types.Resolve(variable.TypeId) : null;
        return type switch
        {
            BtfInteger { Encoding: BtfIntegerEncoding.Boolean } when value is "true" or "false" => TryWriteNumber(value == "true" ? 1 : 0, bytes, isSigned: false, spec.IsBigEndian),
            BtfEnumeration enumeration => TryWriteName(enumeration, value, bytes, spec.IsBigEndian) || TryWriteNumber(value, bytes, enumeration.IsSigned, spec.IsBigEndian),
            BtfArray array when spec.Types!.Resolve(array.Element) is BtfInteger { Name: "char" } => TryWriteText(value, bytes),
            BtfFloat => TryWriteFloat(value, bytes, spec.IsBigEndian),
            BtfArray => TryWriteAddress(value, bytes),
            _ => TryWriteNumber(value, bytes, type is BtfInteger { Encoding: BtfIntegerEncoding.Signed }, spec.IsBigEndian) || TryWriteAddress(value, bytes),
        };
    }

    private static bool TryWriteName(BtfEnumeration enumeration, string value, Span<byte> bytes, bool isBigEndian)
    {
        foreach (BtfEnumerator known in enumeration.Values)
        {
            if (known.Name == value)
            {
                return TryWriteNumber(enumeration.IsSigned ? known.Value : (BigInteger)(ulong)known.Value, bytes, enumeration.IsSigned, isBigEndian);
            }
        }

        return false;
    }

    private static bool TryWriteText(string value, Span<byte> bytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        text.AsSpan(0, Math.Min(text.Length, bytes.Length)).CopyTo(bytes);
        return text.Length < bytes.Length;
    }

    private static bool TryWriteAddress(string value, Span<byte> bytes)
    {
        switch (bytes.Length)
        {
            case IPv4Address.Size when IPv4Address.TryParse(value, null, out IPv4Address address):
                address.WriteTo(bytes);
                return true;
            case MacAddress.Size when MacAddress.TryParse(value, null, out MacAddress station):
                station.WriteTo(bytes);
                return true;
            case IPv6Address.Size when IPv6Address.TryParse(value, null, out IPv6Address wide):
                wide.WriteTo(bytes);
                return true;
            default:
                return false;
        }
    }

    private static bool TryWriteFloat(string value, Span<byte> bytes, bool isBigEndian)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || bytes.Length is not (sizeof(float) or sizeof(double)))
        {
            return false;
        }

        BigInteger bits = bytes.Length == sizeof(float) ? BitConverter.SingleToUInt32Bits((float)number) : BitConverter.DoubleToUInt64Bits(number);
        return TryWriteNumber(bits, bytes, isSigned: false, isBigEndian);
    }

    private static bool TryWriteNumber(string value, Span<byte> bytes, bool isSigned, bool isBigEndian)
    {
        bool isHexadecimal = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = isHexadecimal
            ? BigInteger.TryParse("0" + value[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger number)
            : BigInteger.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

        // Hexadecimal digits are the bits themselves, whatever the sign.
        return isNumber && TryWriteNumber(number, bytes, isSigned && !isHexadecimal, isBigEndian);
    }

    private static bool TryWriteNumber(BigInteger number, Span<byte> bytes, bool isSigned, bool isBigEndian)
    {
        if (bytes.IsEmpty || (number.Sign < 0 && !isSigned) || number.GetByteCount(isUnsigned: !isSigned) > bytes.Length)
        {
            return false;
        }

        bytes.Fill((byte)(number.Sign < 0 ? 0xFF : 0));
        int count = number.GetByteCount(!isSigned);
        return number.TryWriteBytes(isBigEndian ? bytes[^count..] : bytes, out _, !isSigned, isBigEndian);
    }
}
