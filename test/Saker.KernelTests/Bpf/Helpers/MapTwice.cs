using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>A map in the kernel and the same here. Programs in text name it by its place among those given, <c>map[fd:0]</c>.</summary>
internal sealed class MapTwice : IDisposable
{
    private MapTwice(KernelMap kernel, BpfMap here) => (Kernel, Here) = (kernel, here);

    public KernelMap Kernel { get; }

    public BpfMap Here { get; }

    /// <summary>Makes both.</summary>
    public static MapTwice Of(MapType type, uint keySize, uint valueSize, uint entries, MapFlags flags = MapFlags.None, MapEnvironment? environment = null) =>
        Of(new MapSpec { Name = "both", Type = type, KeySize = keySize, ValueSize = valueSize, MaximumEntries = entries, Flags = (uint)flags }, environment);

    /// <summary>Makes both.</summary>
    public static MapTwice Of(MapSpec spec, MapEnvironment? environment = null, KernelTypes? types = null)
    {
        Assert.True(BpfMap.TryCreate(spec, environment ?? new MapEnvironment(), out var here, out var fault), fault?.ToString());
        return new MapTwice(KernelMap.Create(spec, types), here);
    }

    /// <summary>Makes an array of one value that nobody can change: what programs take constant texts from.</summary>
    public static MapTwice OfText(string text)
    {
        byte[] bytes = [.. text.Select(character => (byte)character), 0];
        var both = Of(MapType.Array, 4, (uint)bytes.Length, 1, MapFlags.ReadOnlyForPrograms);
        both.Put(0, bytes);
        Assert.Equal(BpfError.None, both.Kernel.Freeze());
        Assert.Equal(BpfError.None, both.Here.Freeze());
        return both;
    }

    /// <summary>Puts a value into both.</summary>
    public void Put(uint key, ReadOnlySpan<byte> value)
    {
        Assert.Equal(BpfError.None, Kernel.Update(BitConverter.GetBytes(key), value));
        Assert.Equal(BpfError.None, Here.Update(BitConverter.GetBytes(key), value));
    }

    /// <summary>Puts a program into both.</summary>
    public void Put(uint index, string text, params MapTwice[] maps)
    {
        using var kernel = HelperTwice.Load(ProgramType.Xdp, text, LoadFlags.None, maps);
        Assert.Equal(BpfError.None, Kernel.Update(index, kernel));
        Assert.Equal(BpfError.None, ((ProgramArrayMap)Here).Update(index, HelperTwice.Make(ProgramType.Xdp, text, maps)));
    }

    public void Dispose()
    {
        Kernel.Dispose();
        Here.Dispose();
    }
}
