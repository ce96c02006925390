namespace Saker.Host.Sysctls;

/// <summary>The value of a sysctl: a whole number, or several.</summary>
public sealed class SysctlValue
{
    private readonly long[] _numbers;

    internal SysctlValue(long[] numbers) => _numbers = numbers;

    /// <summary>The number, or the first of several.</summary>
    public long Number => _numbers[0];

    /// <summary>Whether it is anything but zero.</summary>
    public bool IsOn => Number != 0;

    /// <summary>All of its numbers.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>Whether another has the same numbers.</summary>
    public bool Equals(SysctlValue other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _numbers.AsSpan().SequenceEqual(other._numbers);
    }

    /// <summary>Writes it over another as the kernel does: numbers that are not given stay as they were.</summary>
    internal SysctlValue Over(SysctlValue before) =>
        _numbers.Length >= before._numbers.Length ? this : new SysctlValue([.. _numbers, .. before._numbers.AsSpan(_numbers.Length)]);

    /// <summary>As the kernel prints it, with spaces between several numbers.</summary>
    public override string ToString() => string.Join(' ', _numbers);
}
