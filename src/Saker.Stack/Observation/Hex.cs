namespace Saker.Stack.Observation;

/// <summary>A number of 16 bits that people read in hexadecimal. Formats only when it is shown.</summary>
internal readonly record struct Hex(ushort Value)
{
    public override string ToString() => $"0x{Value:x4}";
}
