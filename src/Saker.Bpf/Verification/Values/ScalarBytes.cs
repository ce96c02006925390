using System.Buffers.Binary;

namespace Saker.Bpf.Verification;

/// <summary>Numbers whose bytes change their order. Their bits go with them; nothing of their intervals does (<c>scalar_byte_swap</c>).</summary>
internal static class ScalarBytes
{
    /// <summary>The low bytes in the order that the operation makes on a little-endian machine, and zeros above.</summary>
    /// <param name="operation">One of the three that change the order; to little-endian only cuts.</param>
    /// <param name="value">The number.</param>
    /// <param name="bits">16, 32 or 64.</param>
    public static ScalarValue ChangeOrder(BpfOperation operation, in ScalarValue value, int bits)
    {
        ScalarDraft draft = new(value);
        if (operation != BpfOperation.ToLittleEndian)
        {
            draft.ForgetIntervals();
            draft.Bits = new(Swapped(value.Bits.Value, bits), Swapped(value.Bits.Mask, bits));
        }

        draft = new(ScalarExtension.ZeroExtend(draft.ToValue(), bits / 8));
        return draft.SettleWithDoubt();
    }

    private static ulong Swapped(ulong number, int bits) => BinaryPrimitives.ReverseEndianness(number) >> (64 - bits);
}
