using System.Globalization;
using Saker.Bpf;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Numbers in texts and texts of numbers: as the kernel's.</summary>
public sealed class TextHelperTests
{
    private const ulong TheNumber = 0x8877_6655_4433_2211;

    private static readonly string[] Numbers =
    [
        "0", "7", "-7", "+7", " 12", "\t\n-12", "--1", "-", "", " ", "0x", "0x1f", "0X1F", "0xg", "-0x10", "017", "08", "09", "0b1", "1f", "f1", "12abc", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "\u00a05", "\v3", "1 2", "- 5",
        "777777777777777777777", "1777777777777777777777", "2000000000000000000000", "0xffffffffffffffff", "0x10000000000000000",
    ];

    [KernelTheory]
    [InlineData(105)]
    [InlineData(106)]
    public void Numbers_are_read_as_in_the_kernel(int helper)
    {
        foreach (var number in Numbers)
        {
            foreach (var flags in (int[])[0, 8, 10, 16, 2, 1, 32, -1])
            {
                Compare(
                    ProgramType.Xdp,
                    $"{OnStack(number, 64)}; r1 = r10; r1 += -64; r2 = {Math.Max(number.Length, 1)}; r3 = {flags}; r4 = r10; r4 += -72; call {helper}; r8 = r0; r0 = *(u64 *)(r10 - 72); r0 *= 31; r0 += r8",
                    TestFrames.IPv4);
            }
        }
    }

    [KernelFact]
    public void Longer_texts_are_read_as_far_as_the_kernel_reads()
    {
        var zeros = new string('0', 80) + "5";
        foreach (var length in (int[])[1, 62, 63, 64, 65, 80, 81, 88])
        {
            Compare(
                ProgramType.Xdp,
                $"{OnStack(zeros, 96)}; r1 = r10; r1 += -96; r2 = {length}; r3 = 10; r4 = r10; r4 += -104; call 105; r8 = r0; r0 = *(u64 *)(r10 - 104); r0 *= 31; r0 += r8",
                TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Texts_are_compared_as_in_the_kernel()
    {
        foreach (var right in (string[])["", "a", "abc", "abd", "abcd", "\u00ff"])
        {
            using var text = MapTwice.OfText(right);
            foreach (var left in (string[])["", "a", "abc", "abcd", "abcde", "b", "\u00fe"])
            {
                foreach (var length in (int[])[1, 3, 4, 8])
                {
                    if (length <= left.Length || left.Length < right.Length || length <= right.Length)
                    {
                        Compare(ProgramType.Xdp, $"{OnStack(left, 8)}; r1 = r10; r1 += -8; r2 = {length}; r3 = map[fd:0][0]+0 ll; call 182", TestFrames.IPv4, text);
                    }
                }
            }
        }
    }

    [KernelTheory]
    [InlineData("plain")]
    [InlineData("100%%")]
    [InlineData("%d %i %u %x %X")]
    [InlineData("%ld %li %lu %lx %lX")]
    [InlineData("%lld %lli %llu %llx %llX")]
    [InlineData("%5d|%-5d|%05d|%+d|% d")]
    [InlineData("%30lu|%-30lu|%030lx")]
    [InlineData("%+5d|%-+8d|%+08d|% 08d")]
    [InlineData("%c%c|%3c|%-3c|")]
    [InlineData("%s|%10s|%-10s|")]
    [InlineData("%pI4 %pi4")]
    [InlineData("%pI6 %pi6")]
    [InlineData("%px")]
    [InlineData("%20px|%-20px|%020px|%4px|%0px|%-px|")]
    [InlineData("%d%%%d")]
    [InlineData("tab\tline\n%d")]
    public void Texts_are_made_as_in_the_kernel(string format)
    {
        using var text = MapTwice.OfText(format);
        using var name = MapTwice.OfText("a name, and more than 16 letters");
        var count = format.Replace("%%", "", StringComparison.Ordinal).Count(character => character == '%');
        var isAddress = format.Contains("%s", StringComparison.Ordinal) || format.Contains("%10s", StringComparison.Ordinal) || format.Contains("I4", StringComparison.Ordinal)
            || format.Contains("I6", StringComparison.Ordinal);

        // Where the room is used up, the kernel does not count addresses any more, and takes what follows from the wrong place.
        var sizes = format.Contains("pI", StringComparison.Ordinal) ? (int[])[96, 128] : [1, 4, 8, 96, 128];
        foreach (var number in (ulong[])[0, 1, 65, TheNumber, ulong.MaxValue, 0x8000_0000, 0x7fff_ffff])
        {
            var value = isAddress ? "r1 = map[fd:1][0]+0 ll" : string.Create(CultureInfo.InvariantCulture, $"r1 = 0x{number:x} ll");
            var arguments = string.Join("; ", Enumerable.Range(0, count).Select(place => $"*(u64 *)(r10 - {48 - (place * 8)}) = r1"));
            foreach (var size in sizes)
            {
                var clear = string.Join("; ", Enumerable.Range(0, 16).Select(place => $"*(u64 *)(r10 - {176 - (place * 8)}) = 0"));
                var read = string.Join("; ", Enumerable.Range(0, 16).Select(place => $"r0 *= 1000003; r1 = *(u64 *)(r10 - {176 - (place * 8)}); r0 += r1"));
                Compare(
                    ProgramType.Xdp,
                    $"{value}{(count == 0 ? "" : "; ")}{arguments}; {clear}; r1 = r10; r1 += -176; r2 = {size}; r3 = map[fd:0][0]+0 ll; r4 = {(count == 0 ? "0" : "r10; r4 += -48")}; r5 = {count * 8}; call 165; {read}",
                    TestFrames.IPv4,
                    text,
                    name);
            }
        }
    }

    [KernelTheory]
    [InlineData("value %d", 8)]
    [InlineData("%d %d %d", 8)]
    [InlineData("%d %d %d %d", 11)]
    [InlineData("%q", 2)]
    [InlineData("%", 1)]
    [InlineData("%l", 2)]
    [InlineData("%lc", 3)]
    [InlineData("%llld", 5)]
    [InlineData("%hd", 3)]
    [InlineData("%.3d", 4)]
    [InlineData("%#x", 3)]
    [InlineData("%*d", 3)]
    [InlineData("%pf", 3)]
    [InlineData("%pI5", 4)]
    [InlineData("%p!", 3)]
    [InlineData("\u00e9", 1)]
    [InlineData("unended", 7)]
    [InlineData("\u0001", 1)]
    public void Formats_are_taken_and_refused_as_in_the_kernel(string format, int length)
    {
        foreach (var size in (int[])[length, length + 1])
        {
            Compare(ProgramType.Xdp, $"{OnStack(format, 16)}; r1 = r10; r1 += -16; r2 = {size}; r3 = 5; r4 = 6; r5 = 7; call 6", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Many_numbers_are_traced_as_in_the_kernel()
    {
        foreach (var size in (int[])[0, 8, 16, 24, 4, 12])
        {
            Compare(
                ProgramType.Xdp,
                $"{OnStack("%d %d", 16)}; *(u64 *)(r10 - 40) = 1; *(u64 *)(r10 - 32) = -2; *(u64 *)(r10 - 24) = 3; r1 = r10; r1 += -16; r2 = 6; r3 = r10; r3 += -40; r4 = {size}; call 177",
                TestFrames.IPv4);
        }
    }

    /// <summary>Puts a text at the beginning of the stack's last bytes, with zeros behind it.</summary>
    private static string OnStack(string text, int room)
    {
        byte[] bytes = new byte[room];
        for (var i = 0; i < text.Length; i++)
        {
            bytes[i] = (byte)text[i];
        }

        return string.Join("; ", Enumerable.Range(0, room / 8).Select(word =>
            string.Create(CultureInfo.InvariantCulture, $"r1 = 0x{BitConverter.ToUInt64(bytes, word * 8):x} ll; *(u64 *)(r10 - {room - (word * 8)}) = r1")));
    }
}
