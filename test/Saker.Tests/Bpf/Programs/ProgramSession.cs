using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Programs;

/// <summary>A program's life in a machine: frames in, what becomes of them, and what lies in its maps in the end.</summary>
internal sealed class ProgramSession(ProgramCase @case, ObjectSpec spec, IProgramMachine machine)
{
    private readonly List<(ProgramFrame Frame, ProgramOutput Output)> _runs = [];

    /// <summary>Fills the maps, and sends all frames.</summary>
    public static ProgramTranscript Run(ProgramCase @case, ObjectSpec spec, IProgramMachine machine)
    {
        ProgramSession session = new(@case, spec, machine);
        @case.Fill(name => machine.Map(name));
        @case.Drive(session);
        return new ProgramTranscript(session._runs, session.Contents());
    }

    /// <summary>Sends a frame through the program.</summary>
    public ProgramOutput Send(byte[] frame) => Send(new ProgramFrame(frame));

    /// <inheritdoc cref="Send(byte[])"/>
    public ProgramOutput Send(ProgramFrame frame)
    {
        ProgramOutput output = machine.Run(frame);
        _runs.Add((frame, output));
        return output;
    }

    /// <summary>What lies in the maps, a line for an entry: entries of a hash in the order of their keys, of queues and ring buffers in that of their coming.</summary>
    private List<string> Contents()
    {
        List<string> lines = [];
        foreach (MapSpec map in spec.Maps)
        {
            lines.AddRange(EntriesOf(map).Select(entry => $"{map.Name} {entry}"));
        }

        return lines;
    }

    private IEnumerable<string> EntriesOf(MapSpec spec)
    {
        if (@case.Untold.Contains(spec.Name))
        {
            return [];
        }

        IBpfMap map = machine.Map(spec.Name);
        return spec.Type switch
        {
            MapType.Hash or MapType.Array or MapType.LruHash or MapType.LpmTrie or MapType.PerCpuHash or MapType.PerCpuArray or MapType.LruPerCpuHash => Entries(map),
            MapType.Queue or MapType.Stack => Taken(map),
            MapType.RingBuffer or MapType.PerfEventArray => machine.Records(spec.Name).Select(Convert.ToHexStringLower),
            _ => [],
        };
    }

    /// <summary>Entries that are not empty; of per-CPU maps the value of the first processor, on which programs run here.</summary>
    private static List<string> Entries(IBpfMap map)
    {
        SortedDictionary<string, string> entries = new(StringComparer.Ordinal);
        byte[] key = new byte[map.KeySize], value = new byte[map.EntrySize];
        for (BpfError error = map.FirstKey(key); error == BpfError.None; error = map.NextKey(key, key))
        {
            Assert.Equal(BpfError.None, map.Lookup(key, value));
            ReadOnlySpan<byte> own = value.AsSpan(0, map.ValueSize);
            if (map.Type is not (MapType.Array or MapType.PerCpuArray) || own.ContainsAnyExcept((byte)0))
            {
                entries.Add(Convert.ToHexStringLower(key), Convert.ToHexStringLower(own));
            }
        }

        return [.. entries.Select(entry => $"{entry.Key} {entry.Value}")];
    }

    private static IEnumerable<string> Taken(IBpfMap map)
    {
        byte[] value = new byte[map.ValueSize];
        while (map.LookupAndDelete([], value) == BpfError.None)
        {
            yield return Convert.ToHexStringLower(value);
        }
    }
}

/// <summary>All that came of a program's life.</summary>
/// <param name="Runs">Frames, and what became of each.</param>
/// <param name="Contents">What lay in its maps in the end.</param>
internal sealed record ProgramTranscript(List<(ProgramFrame Frame, ProgramOutput Output)> Runs, List<string> Contents)
{
    /// <summary>How often each verdict was given, <c>name=count</c> in the order of their numbers.</summary>
    public string Verdicts => string.Join(' ', Runs.GroupBy(run => (int)run.Output.Value).OrderBy(group => group.Key).Select(group => $"{group.Key}:{group.Count()}"));

    /// <summary>One line of hexadecimal digits for all frames and contexts that it left.</summary>
    public string Digest
    {
        get
        {
            using System.Security.Cryptography.IncrementalHash hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            Span<byte> word = stackalloc byte[4];
            foreach ((_, ProgramOutput output) in Runs)
            {
                foreach (uint number in (uint[])[output.Value, (uint)output.Packet.Length, .. output.Context])
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(word, number);
                    hash.AppendData(word);
                }

                hash.AppendData(output.Packet);
            }

            foreach (string line in Contents)
            {
                hash.AppendData(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        }
    }

    /// <summary>Fails where another life of the same program was another.</summary>
    /// <param name="expected">The other one.</param>
    /// <param name="what">What is compared, for the message.</param>
    public void AssertSame(ProgramTranscript expected, string what)
    {
        for (int i = 0; i < Math.Min(Runs.Count, expected.Runs.Count); i++)
        {
            (ProgramFrame frame, ProgramOutput output) = Runs[i];
            (ProgramFrame wantedFrame, ProgramOutput wanted) = expected.Runs[i];
            Assert.True(frame.Bytes.AsSpan().SequenceEqual(wantedFrame.Bytes), $"{what}: frame {i} is another one");
            if (output.Value == wanted.Value && output.Packet.AsSpan().SequenceEqual(wanted.Packet) && output.Context.AsSpan().SequenceEqual(wanted.Context))
            {
                continue;
            }

            Assert.Fail($"""
                {what}: frame {i}, {Convert.ToHexStringLower(frame.Bytes)}
                wanted {Told(wanted)}
                is     {Told(output)}
                """);
        }

        Assert.Equal(expected.Runs.Count, Runs.Count);
        string[] missing = [.. expected.Contents.Except(Contents)], excess = [.. Contents.Except(expected.Contents)];
        Assert.True(
            Contents.SequenceEqual(expected.Contents),
            $"{what}: the maps hold other things.\nwanted {string.Join("\n       ", missing.Take(10))}\nis     {string.Join("\n       ", excess.Take(10))}");
    }

    private static string Told(ProgramOutput output) => $"{(int)output.Value}, {output.Packet.Length} bytes {Convert.ToHexStringLower(output.Packet)}, context {string.Join(' ', output.Context.Select(word => word.ToString("x")))}";
}
