using System.Globalization;
using System.Text;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// Programs that use a ring buffer, made by chance: they reserve up to three records at a time, submit or discard them in any order, put copies out and ask how full the ring
/// is. What each helper says goes to the packet, 8 bytes after another. The ring is the first map, the copies are taken out of the only value of the second.
/// </summary>
internal sealed class RingPrograms(Random random)
{
    /// <summary>Bytes of the ring.</summary>
    public const int Capacity = 4096;

    /// <summary>Bytes that copies are taken out of.</summary>
    public const int SourceSize = 8192;

    /// <summary>The first byte of every copy; no other record begins with it.</summary>
    public const byte CopyMark = 0xee;

    /// <summary>Bytes of the packet.</summary>
    public const int PacketLength = 256;

    private const int Steps = 10;
    private const int Output = 130, Reserve = 131, Submit = 132, Discard = 133, Query = 134;

    /// <summary>At, around and far from the capacity, of which a record takes 8 bytes for itself.</summary>
    private static readonly int[] Sizes =
    [
        0, 1, 7, 8, 9, 24, 100, 256, 1000, 1016, 1360, 2032, 2033, 2040, 2041, 2048, 3000, 4072, 4079, 4080, 4081, 4087, 4088, 4089, 4096, 4097, 8000,
    ];

    /// <summary>What only a reservation may ask for, since a copy needs bytes to be taken from.</summary>
    private static readonly long[] Huge = [0x3fff_ffff, 0x4000_0000];

    /// <summary>The sizes of the records that r7, r8 and r9 hold; null: none.</summary>
    private readonly long?[] _held = new long?[3];
    private readonly StringBuilder _text = new();
    private int _told;
    private int _label;
    private int _number;

    /// <summary>The next program.</summary>
    public string Next()
    {
        _text.Clear();
        _told = 0;
        Add($"r6 = *(u32 *)(r1 + 0); r2 = *(u32 *)(r1 + 4); r3 = r6; r3 += {PacketLength}; r0 = 0; if r3 > r2 goto out");
        for (var step = 0; step < Steps; step++)
        {
            var place = random.Next(_held.Length);
            switch (random.Next(8))
            {
                case < 4 when _held[place] is null:
                    Take(place);
                    break;
                case < 4:
                    GiveBack(place);
                    break;
                case < 6:
                    Add($"r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = {Sizes[random.Next(Sizes.Length)]}; r4 = {random.Next(5)}; call {Output}");
                    Tell();
                    break;
                default:
                    Add($"r1 = map[fd:0] ll; r2 = {random.Next(5)}; call {Query}");
                    Tell();
                    break;
            }
        }

        for (var place = 0; place < _held.Length; place++)
        {
            if (_held[place] is not null)
            {
                GiveBack(place);
            }
        }

        Add("r0 = 2; out: exit");
        return _text.ToString();
    }

    private void Take(int place)
    {
        var size = random.Next(16) == 0 ? Huge[random.Next(Huge.Length)] : Sizes[random.Next(Sizes.Length)];
        _held[place] = size;
        Add($"r1 = map[fd:0] ll; r2 = {size}; r3 = {(random.Next(8) == 0 ? 1 : 0)}; call {Reserve}; r{place + 7} = r0; r0 = 0; if r{place + 7} == 0 goto l{++_label}; r0 = 1; l{_label}:");
        Tell();
    }

    private void GiveBack(int place)
    {
        var size = _held[place]!.Value;
        _held[place] = null;
        Add($"if r{place + 7} == 0 goto l{++_label}");
        var number = ++_number & 0x7f7f;
        for (var i = 0; i < Math.Min(size, 8); i++)
        {
            Add($"*(u8 *)(r{place + 7} + {i}) = {(i == 1 ? number >> 8 : number & 0x7f)}");
        }

        if (size is > 8 and < 0x8000)
        {
            Add($"*(u8 *)(r{place + 7} + {size - 1}) = {number & 0x7f}");
        }

        Add($"r1 = r{place + 7}; r2 = {random.Next(5)}; call {(random.Next(3) == 0 ? Discard : Submit)}; l{_label}: r{place + 7} = 0");
    }

    /// <summary>Writes to the packet what a helper said.</summary>
    private void Tell() => Add($"*(u64 *)(r6 + {_told++ * sizeof(ulong)}) = r0");

    private void Add(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Add(string line) => _text.Append(line).Append('\n');
}
