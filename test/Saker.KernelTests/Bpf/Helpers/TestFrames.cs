namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Frames over which helpers are compared.</summary>
internal static class TestFrames
{
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 64).Select(value => (byte)((value * 37) + 11))];

    public static readonly byte[] IPv4 = Frame("0800", "45000054123440004011abcd0a0000010a000002" + "1234567800401111");
    public static readonly byte[] IPv6 = Frame("86dd", "6000000000401140" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "1234567800401111");
    public static readonly byte[] Tagged = Frame("8100", "20050800" + "45000054123440004011abcd0a0000010a000002" + "1234567800401111");
    public static readonly byte[] TwiceTagged = Frame("88a8", "30078100" + "20050800" + "45000054123440004011abcd0a0000010a000002" + "1234567800401111");
    public static readonly byte[] OfLength = Frame("8100", "20050010" + "ffff0000");
    public static readonly byte[] Unknown = Frame("9000", "0001020304050607");
    public static readonly byte[] Short = [.. Tagged.AsSpan(0, 16)];

    public static readonly byte[][] All = [IPv4, IPv6, Tagged, TwiceTagged, OfLength, Unknown];

    private static byte[] Frame(string type, string rest) => [.. Convert.FromHexString("020000000001" + "020000000002" + type + rest), .. Payload];
}
