using Saker.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Loading;

/// <summary>Objects in this process: maps and variables, and programs bound to them.</summary>
public sealed class LoadedObjectTests
{
    private static readonly byte[] Frame = [.. Enumerable.Repeat((byte)0xFF, 12), 0x08, 0x06, .. new byte[46]];

    [Fact]
    public void A_program_finds_the_objects_maps_and_variables()
    {
        using LoadedObject loaded = Load(BpfVectors.Spec("programs/protocol_counter.v3"));
        LoadedProgram program = Assert.Single(loaded.Programs.Values);
        XdpContext context = new();
        context.Load(Frame);
        RunResult result = program.Run(new BpfCpu(), context);
        Assert.True(result.IsCompleted, result.Fault.ToString());
        Assert.Equal(60u, loaded.ReadVariable<uint>("greatest"));
        Assert.Equal(60u, loaded.ReadVariable<uint>("least"));
        byte[] counts = new byte[loaded.Map("classes").EntrySize];
        Assert.Equal(BpfError.None, loaded.Map("classes").Lookup(BitConverter.GetBytes(512), counts));
        Assert.Equal((1UL, 60UL), (BitConverter.ToUInt64(counts), BitConverter.ToUInt64(counts, 8)));
    }

    [Fact]
    public void A_variable_is_written_in_its_place_and_keeps_its_type()
    {
        using LoadedObject loaded = Load(BpfVectors.Spec("programs/protocol_counter.v3").WithVariable("least", 70));
        Assert.Equal(70u, loaded.ReadVariable<uint>("least"));
        loaded.WriteVariable("greatest", 7u);
        Assert.Equal((7u, 70u), (loaded.ReadVariable<uint>("greatest"), loaded.ReadVariable<uint>("least")));
        Assert.Contains("has 4 bytes, and a Int64 8", Assert.Throws<ArgumentException>(() => loaded.ReadVariable<long>("least")).Message, StringComparison.Ordinal);
        Assert.Contains("which is no Int32", Assert.Throws<ArgumentException>(() => loaded.ReadVariable<int>("least")).Message, StringComparison.Ordinal);
        Assert.Contains("it has", Assert.Throws<ArgumentException>(() => loaded.ReadVariable<int>("lest")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_can_be_changed_before_only()
    {
        ObjectSpec spec = Sections(BpfVectors.Spec("constructs.v3")).WithVariable("limit", 9);
        using LoadedObject loaded = Load(spec);
        Assert.Equal(9u, loaded.ReadVariable<uint>("limit"));
        Assert.Contains("before the object is loaded", Assert.Throws<InvalidOperationException>(() => loaded.WriteVariable("limit", 1u)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_configuration_is_filled_in()
    {
        using LoadedObject loaded = Load(Sections(BpfVectors.Spec("constructs.v3")));
        Assert.Equal(0x06_12_00, loaded.ReadVariable<int>("LINUX_KERNEL_VERSION"));
    }

    [Fact]
    public void A_map_of_the_callers_takes_the_objects_place_and_stays()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        MapHandles handles = new();
        using LoadedObject first = Load(spec, options => options with { Handles = handles });
        BpfMap shared = first.Map("classes");
        using (LoadedObject second = Load(spec, options => options with { Handles = handles, Maps = new Dictionary<string, BpfMap> { ["classes"] = shared } }))
        {
            Assert.Same(shared, second.Map("classes"));
        }

        Assert.Equal(BpfError.None, shared.Lookup(new byte[4], new byte[shared.EntrySize]));
    }

    [Fact]
    public void A_map_of_other_programs_is_refused()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        using LoadedObject first = Load(spec);
        Assert.Equal(
            "map 'classes': it belongs to other programs: load those that share maps with the same handles",
            Refusal(spec, options => options with { Maps = new Dictionary<string, BpfMap> { ["classes"] = first.Map("classes") } }));
    }

    [Fact]
    public void A_map_that_is_no_such_map_is_refused()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        Assert.True(BpfMap.TryCreate(spec.FindMap("classes")! with { MaximumEntries = 3 }, new MapEnvironment(), out BpfMap? small, out _));
        using (small)
        {
            string fault = Refusal(spec, options => options with { Maps = new Dictionary<string, BpfMap> { ["classes"] = small } });
            Assert.Contains("the object wants percpu_array with keys of 4 and values of 16 bytes, 516 entries and flags 0x0", fault, StringComparison.Ordinal);
            Assert.Contains("and the map given for it is percpu_array with keys of 4 and values of 16 bytes, 3 entries", fault, StringComparison.Ordinal);
            Assert.Contains("no map of this name", Refusal(spec, options => options with { Maps = new Dictionary<string, BpfMap> { ["clases"] = small } }), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_map_that_is_pinned_by_name_outlives_its_object()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        spec = spec.WithMap(spec.FindMap("classes")! with { IsPinnedByName = true });
        using PinnedMaps pins = new();
        BpfMap map;
        using (LoadedObject first = Load(spec, options => options with { Pins = pins }))
        {
            map = first.Map("classes");
        }

        Assert.Equal(["classes"], pins.Names);
        using LoadedObject second = Load(spec, options => options with { Pins = pins });
        Assert.Same(map, second.Map("classes"));
    }

    [Fact]
    public void What_fails_leaves_no_name()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        spec = spec.WithMap(spec.FindMap("classes")! with { IsPinnedByName = true });
        using PinnedMaps pins = new();
        Assert.Contains("program 'nobody'", Refusal(spec, options => options with { Pins = pins, Programs = ["nobody"] }), StringComparison.Ordinal);
        Assert.Empty(pins.Names);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told_with_those_that_are() => Assert.Equal(
        "program 'count': the object has no such program; it has protocol_counter",
        Refusal(BpfVectors.Spec("programs/protocol_counter.v3"), options => options with { Programs = ["count"] }));

    [Fact]
    public void A_map_that_cannot_be_made_is_told_by_the_program_that_needs_it()
    {
        ObjectSpec spec = BpfVectors.Spec("programs/protocol_counter.v3");
        ObjectSpec bad = spec.WithMap(spec.FindMap("classes")! with { KeySize = 3 });
        string fault = Refusal(bad, options => options);
        Assert.StartsWith("program 'protocol_counter': it needs the map 'classes': ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
        using LoadedObject loaded = Load(bad, options => options with { Programs = [] });
        Assert.False(loaded.Maps.ContainsKey("classes"));
        Assert.Throws<ArgumentException>(() => loaded.Map("classes"));
    }

    [Fact]
    public void An_object_for_the_other_byte_order_is_refused() => Assert.Contains(
        "compile it with -target bpf", Refusal(BpfVectors.Spec("constructs.v3.eb"), options => options), StringComparison.Ordinal);

    [Fact]
    public void A_function_of_the_kernel_is_bound_by_its_name()
    {
        using LoadedObject loaded = Load(BpfVectors.Spec("kernel_symbols.v3"));
        XdpContext context = new() { ReceiveTimestamp = 77 };
        context.Load(new byte[60]);
        Assert.Equal(2ul, loaded.Program("stamp").Run(new BpfCpu(), context).Value);
        Assert.Equal(77ul, loaded.ReadVariable<ulong>("latest"));
    }

    [Fact]
    public void A_variable_of_the_kernel_is_wanted_unless_it_is_weak()
    {
        ObjectSpec spec = BpfVectors.Spec("kernel_symbols.v3");
        string fault = Refusal(spec, options => options with { Programs = ["address"] });
        Assert.Contains("it needs the kernel's variable 'runqueues'", fault, StringComparison.Ordinal);
    }

    private static ObjectSpec Sections(ObjectSpec spec) => spec with { Programs = [], Maps = [.. spec.Maps.Where(map => map.IsSection)] };

    private static ObjectLoadOptions Options => new() { Engine = BpfEngine.Interpreter };

    private static LoadedObject Load(ObjectSpec spec, Func<ObjectLoadOptions, ObjectLoadOptions>? change = null)
    {
        Assert.True(LoadedObject.TryLoad(spec, change is null ? Options : change(Options), out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
        return loaded;
    }

    private static string Refusal(ObjectSpec spec, Func<ObjectLoadOptions, ObjectLoadOptions> change)
    {
        Assert.False(LoadedObject.TryLoad(spec, change(Options), out _, out LoadFault? fault));
        return fault.ToString();
    }
}
