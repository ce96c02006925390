using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Saker.Bpf.Btf;

/// <summary>
/// Values of maps and variables as a person reads them, in one line: <c>{packets: 3, address: [10, 0, 0, 1], state: OPEN}</c>. Arrays of unsigned bytes are in
/// hexadecimal, characters a text, and equal elements that follow each other stand once with their number (<c>0 × 250</c>).
/// </summary>
public static class BtfValueText
{
    /// <summary>A value as its type says.</summary>
    /// <param name="types">The types.</param>
    /// <param name="id">The value's type; 0: unknown, so that it is bytes.</param>
    /// <param name="bytes">The value, in the byte order of the types.</param>
    public static string Of(BtfSpec? types, uint id, ReadOnlySpan<byte> bytes)
    {
        if (types is null || id == 0)
        {
            return Hex(bytes);
        }

        TextSink sink = new();
        new BtfValue(types, sink).Read(id, bytes);
        return sink.ToString();
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length * 3);
        foreach (byte one in bytes)
        {
            text.Append(text.Length > 0 ? " " : "").Append(CultureInfo.InvariantCulture, $"{one:x2}");
        }

        return text.ToString();
    }

    private sealed class TextSink : IBtfValueSink
    {
        private readonly StringBuilder _text = new();
        private bool _isFirst = true;

        public bool FoldsRepeats => true;

        public void BeginStructure() => Begin('{');

        public void Member(string name)
        {
            Separate();
            _text.Append(name).Append(": ");
            _isFirst = true;
        }

        public void EndStructure() => End('}');

        public void BeginArray() => Begin('[');

        public void Repeated(int count) => _text.Append(CultureInfo.InvariantCulture, $" × {count}");

        public void EndArray() => End(']');

        public void Integer(BigInteger value) => Append(value.ToString(CultureInfo.InvariantCulture));

        public void Boolean(bool value) => Append(value ? "true" : "false");

        public void Float(double value) => Append(value.ToString("R", CultureInfo.InvariantCulture));

        public void Address(ulong value) => Append(string.Create(CultureInfo.InvariantCulture, $"0x{value:x}"));

        public void Name(string name) => Append(name);

        public void Text(string text) => Append($"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");

        public void Bytes(ReadOnlySpan<byte> bytes) => Append(bytes.Length > 1 ? $"[{Hex(bytes)}]" : Hex(bytes));

        public void Cut() => Append("...");

        public override string ToString() => _text.ToString();

        private void Begin(char bracket)
        {
            Separate();
            _text.Append(bracket);
            _isFirst = true;
        }

        private void End(char bracket)
        {
            _text.Append(bracket);
            _isFirst = false;
        }

        private void Append(string value)
        {
            Separate();
            _text.Append(value);
        }

        private void Separate()
        {
            _text.Append(_isFirst ? "" : ", ");
            _isFirst = false;
        }
    }
}
