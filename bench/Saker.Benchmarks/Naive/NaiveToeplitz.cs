namespace Saker.Benchmarks.Naive;

/// <summary>The Toeplitz hash bit by bit, as its specification tells it.</summary>
internal static class NaiveToeplitz
{
    public static uint Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input)
    {
        uint hash = 0;
        uint window = ((uint)key[0] << 24) | ((uint)key[1] << 16) | ((uint)key[2] << 8) | key[3];
        for (int i = 0; i < input.Length; i++)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                if ((input[i] & (1 << bit)) != 0)
                {
                    hash ^= window;
                }

                window = (window << 1) | (uint)((key[i + 4] >> bit) & 1);
            }
        }

        return hash;
    }
}
