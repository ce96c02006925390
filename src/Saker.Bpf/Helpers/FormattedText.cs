namespace Saker.Bpf.Helpers;

/// <summary>
/// A format with its numbers, as <c>bpf_trace_printk</c> and <c>bpf_snprintf</c> write it: of the kernel's <c>printf</c> what <c>bpf-helpers(7)</c> lists. What does not
/// fit is counted and not written.
/// </summary>
internal unsafe ref struct FormattedText
{
    private const int NumberRoom = 24;
    private const int PointerDigits = 16;
    private const byte FirstOfUpperLatin = 0xa0;
    private const int IPv4Length = 4;
    private const int IPv6Length = 16;

    private readonly BpfCpu _cpu;
    private readonly ReadOnlySpan<byte> _format;
    private readonly ReadOnlySpan<ulong> _arguments;
    private readonly Span<byte> _destination;
    private int _at;
    private int _next;
    private bool _isLeft;
    private bool _hasPlus;
    private bool _hasSpace;
    private bool _hasZeros;
    private int _width;

    private FormattedText(BpfCpu cpu, ReadOnlySpan<byte> format, ReadOnlySpan<ulong> arguments, Span<byte> destination)
    {
        _cpu = cpu;
        _format = format;
        _arguments = arguments;
        _destination = destination;
    }

    /// <summary>How long the text is, whether it fits or not.</summary>
    private int Length { get; set; }

    /// <summary>Writes the text; where the format is none that there is, nothing.</summary>
    /// <param name="cpu">What the program runs on, which gave pointers to strings.</param>
    /// <param name="format">The format, without the zero at its end.</param>
    /// <param name="arguments">The numbers.</param>
    /// <param name="destination">Gets the text, without a zero.</param>
    /// <param name="length">How long the text is, whether it fits or not.</param>
    public static bool TryWrite(BpfCpu cpu, ReadOnlySpan<byte> format, ReadOnlySpan<ulong> arguments, Span<byte> destination, out int length)
    {
        length = 0;
        FormattedText trial = new(cpu, format, arguments, default);
        if (!trial.TryWrite())
        {
            return false;
        }

        FormattedText text = new(cpu, format, arguments, destination);
        text.TryWrite();
        length = text.Length;
        return true;
    }

    private bool TryWrite()
    {
        while (_at < _format.Length)
        {
            byte character = _format[_at++];
            if (character is not ((>= 32 and < 127) or (>= 9 and <= 13) or >= FirstOfUpperLatin))
            {
                return false;
            }

            if (character != (byte)'%')
            {
                Put(character);
            }
            else if (Peek(0) == '%')
            {
                _at++;
                Put(character);
            }
            else if (!TryWriteArgument())
            {
                return false;
            }
        }

        return true;
    }

    private bool TryWriteArgument()
    {
        if (_next == _arguments.Length)
        {
            return false;
        }

        ReadFlags();
        ulong value = _arguments[_next++];
        switch (Peek(0))
        {
            case 'p':
                _at++;
                return TryWritePointer(value);
            case 's':
                _at++;
                WriteString(value);
                return true;
            case 'c':
                _at++;
                Pad(1, before: true);
                Put((byte)value);
                Pad(1, before: false);
                return true;
            default:
                return TryWriteNumber(value);
        }
    }

    private void ReadFlags()
    {
        _isLeft = _hasPlus = _hasSpace = _hasZeros = false;
        for (; ; _at++)
        {
            switch (Peek(0))
            {
                case '-': _isLeft = true; continue;
                case '+': _hasPlus = true; continue;
                case ' ': _hasSpace = true; continue;
                case '0': _hasZeros = true; continue;
            }

            break;
        }

        _width = 0;
        while (Peek(0) is >= '0' and <= '9' and var digit)
        {
            _width = Math.Min((_width * 10) + (digit - '0'), short.MaxValue);
            _at++;
        }
    }

    private bool TryWriteNumber(ulong value)
    {
        bool isLong = false;
        for (int i = 0; i < 2 && Peek(0) == 'l'; i++)
        {
            isLong = true;
            _at++;
        }

        char kind = Peek(0);
        _at++;
        switch (kind)
        {
            case 'd' or 'i':
                long number = isLong ? (long)value : (int)value;
                WriteNumber(number < 0 ? 0 - (ulong)number : (ulong)number, kind, number < 0 ? '-' : _hasPlus ? '+' : _hasSpace ? ' ' : '\0');
                return true;
            case 'u' or 'x' or 'X':
                WriteNumber(isLong ? value : (uint)value, kind, '\0');
                return true;
            default:
                return false;
        }
    }

    private void WriteNumber(ulong number, char kind, char sign)
    {
        Span<byte> digits = stackalloc byte[NumberRoom];
        int count = 0;
        uint numberBase = kind is 'x' or 'X' ? 16u : 10;
        do
        {
            uint digit = (uint)(number % numberBase);
            digits[count++] = (byte)(digit < 10 ? '0' + digit : (kind == 'X' ? 'A' : 'a') + digit - 10);
            number /= numberBase;
        }
        while (number != 0);

        int length = count + (sign != '\0' ? 1 : 0);
        bool padsZeros = _hasZeros && !_isLeft;
        if (!padsZeros)
        {
            Pad(length, before: true);
        }

        if (sign != '\0')
        {
            Put((byte)sign);
        }

        for (int i = length; padsZeros && i < _width; i++)
        {
            Put((byte)'0');
        }

        while (count != 0)
        {
            Put(digits[--count]);
        }

        Pad(length, before: false);
    }

    private bool TryWritePointer(ulong value)
    {
        char kind = Peek(0);
        if (kind is 'i' or 'I')
        {
            char version = Peek(1);
            _at += 2;
            return version is '4' or '6' && WriteAddress(value, version, kind == 'I');
        }

        if (kind is 'k' or 'u' && Peek(1) == 's')
        {
            _at += 2;
            WriteString(value);
            return true;
        }

        if (kind is 'K' or 'x' or 's' or 'S' or 'B')
        {
            _at++;
        }
        else if (char.IsAsciiLetterOrDigit(kind))
        {
            return false;
        }

        (_width, _hasZeros) = _width == 0 ? (PointerDigits, true) : (_width, _hasZeros);
        WriteNumber(value, 'x', '\0');
        return true;
    }

    private bool WriteAddress(ulong address, char version, bool isReadable)
    {
        int length = version == '4' ? IPv4Length : IPv6Length;
        Span<byte> bytes = stackalloc byte[IPv6Length];
        bytes.Clear();
        if (_cpu.TryFindText(address, out ReadOnlySpan<byte> memory) && memory.Length >= length)
        {
            memory[..length].CopyTo(bytes);
        }

        (_width, _hasZeros, _isLeft) = (0, false, false);
        for (int i = 0; i < length; i++)
        {
            if (version == '4')
            {
                (_width, _hasZeros) = (isReadable ? 0 : 3, true);
                if (i != 0)
                {
                    Put((byte)'.');
                }

                WriteNumber(bytes[i], 'u', '\0');
                continue;
            }

            if (i != 0 && i % 2 == 0 && isReadable)
            {
                Put((byte)':');
            }

            (_width, _hasZeros) = (2, true);
            WriteNumber(bytes[i], 'x', '\0');
        }

        return true;
    }

    private void WriteString(ulong address)
    {
        ReadOnlySpan<byte> text = _cpu.TryFindText(address, out ReadOnlySpan<byte> memory) ? memory : default;
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        Pad(text.Length, before: true);
        foreach (byte character in text)
        {
            Put(character);
        }

        Pad(text.Length, before: false);
    }

    private void Pad(int length, bool before)
    {
        for (int i = length; before != _isLeft && i < _width; i++)
        {
            Put((byte)' ');
        }
    }

    private readonly char Peek(int ahead) => _at + ahead < _format.Length ? (char)_format[_at + ahead] : '\0';

    private void Put(byte character)
    {
        if (Length < _destination.Length)
        {
            _destination[Length] = character;
        }

        Length++;
    }
}
