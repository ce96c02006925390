using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.KernelTests.Bpf;

/// <summary>Objects as clang made them, in the running kernel.</summary>
[Collection(AloneCollection.Name)]
public sealed class KernelObjectTests
{
    private static readonly byte[] Packet = new byte[64];

    [KernelTheory]
    [InlineData("constructs.v1")]
    [InlineData("constructs.v2")]
    [InlineData("constructs.v3")]
    [InlineData("constructs.v4")]
    public void Object_is_loaded_bound_and_run(string name)
    {
        using BpfFolder folder = new();
        using var loaded = KernelObject.Load(BpfVectors.Spec(name), new() { PinFolder = folder.Folder });
        Assert.Null(loaded.TypesRefusal);
        Assert.Equal(["leaf", "entry", "classify"], loaded.Programs.Keys);
        Assert.Equal(11, loaded.Maps.Count);

        // leaf: LINUX_KERNEL_VERSION and CONFIG_BPF_JIT make the sum large.
        var output = new byte[64];
        Assert.Equal(2u, loaded.Program("leaf").TestRun(Packet, output).Value);

        // entry goes on in leaf by the array of programs, before it counts the packet.
        Assert.Equal(2u, loaded.Program("entry").TestRun(Packet, output).Value);
        Assert.Equal(0ul, loaded.ReadVariable<ulong>("total"));
        Assert.Equal(BpfError.None, loaded.Map("jumps").Delete([1, 0, 0, 0]));
        var flow = new byte[24];
        flow[12] = 6;
        Assert.Equal(BpfError.None, loaded.Map("flows").Update(flow, BitConverter.GetBytes(40ul)));
        Assert.Equal(1u, loaded.Program("entry").TestRun(Packet, output).Value);
        Assert.Equal(64ul, loaded.ReadVariable<ulong>("total"));
        var count = new byte[8];
        Assert.Equal(BpfError.None, loaded.Map("flows").Lookup(flow, count));
        Assert.Equal(41ul, BinaryPrimitives.ReadUInt64LittleEndian(count));

        // seen is added to what count gives: 7 + 5 is not 7, and 7 + 0 is.
        loaded.WriteVariable("seen", 0u);
        Assert.Equal(2u, loaded.Program("entry").TestRun(Packet, output).Value);
        Assert.Equal(100u, loaded.ReadVariable<uint>("limit"));
        Assert.Contains("is a constant", Assert.Throws<InvalidOperationException>(() => loaded.WriteVariable("limit", 1u)).Message, StringComparison.Ordinal);

        // classify adds the length to place 1 of the map in place 1 of the outer one.
        Assert.Equal(7u, loaded.Program("classify").TestRun(Packet, output).Value);
        var value = new byte[4];
        Assert.Equal(BpfError.None, loaded.Map("first_inner").Lookup([1, 0, 0, 0], value));
        Assert.Equal(64, BinaryPrimitives.ReadInt32LittleEndian(value));
    }

    [KernelFact]
    public void Constants_are_those_of_the_spec()
    {
        using BpfFolder folder = new();
        var spec = BpfVectors.Spec("constructs.v3").WithVariable("limit", 10).WithVariable("seen", 0);
        spec = spec.WithMap(spec.FindMap("jumps")! with { Slots = [] });
        using var loaded = KernelObject.Load(spec, new() { PinFolder = folder.Folder });

        // 64 is above the limit of 10: the fallback is -1.
        Assert.Equal(1u, loaded.Program("entry").TestRun(Packet, new byte[64]).Value);
        Assert.Equal(uint.MaxValue, loaded.Program("classify").TestRun(Packet, new byte[64]).Value);
        Assert.Equal(10u, loaded.ReadVariable<uint>("limit"));
    }

    [KernelFact]
    public void Kernel_knows_names_types_and_lines()
    {
        using BpfFolder folder = new();
        using var loaded = KernelObject.Load(BpfVectors.Spec("constructs.v3"), new() { PinFolder = folder.Folder });
        var info = loaded.Program("entry").Info;
        Assert.Equal(("entry", ProgramType.Xdp, loaded.Types!.Id), (info.Name, info.Type, info.TypesId));
        Assert.True(info.IsGplCompatible);
        Assert.Superset(new HashSet<uint> { loaded.Map("flows").Id, loaded.Map("jumps").Id, loaded.Map(".bss").Id, loaded.Map(".rodata").Id }, info.MapIds.ToHashSet());
        Assert.Equal(["entry", "shared", "count"], info.Functions.Select(function => function.Name));
        Assert.Contains(info.Lines, line => line.Text.Contains("bpf_tail_call(context, &jumps, 1);", StringComparison.Ordinal) && line.File.EndsWith("constructs.c", StringComparison.Ordinal));
    }

    [KernelFact]
    public void Map_that_is_pinned_is_taken_from_there()
    {
        using BpfFolder folder = new();
        KernelObjectOptions options = new() { PinFolder = folder.Folder };
        var spec = BpfVectors.Spec("constructs.v3");
        uint id;
        using (var first = KernelObject.Load(spec, options))
        {
            id = first.Map("events").Id;
        }

        using (var second = KernelObject.Load(spec, options))
        {
            Assert.Equal((id, "events"), (second.Map("events").Id, second.Map("events").Name));
        }

        spec = spec.WithMap(spec.FindMap("events")! with { MaximumEntries = 8192 });
        Assert.False(KernelObject.TryLoad(spec, out _, out var refusal, options));
        Assert.Equal($"the map 'events' that is pinned at {folder.PathOf("events")} has room for 4096 entries, not 8192: unpin it, or change the object", refusal.ToString());
    }

    [KernelFact]
    public void What_cannot_be_loaded_leaves_nothing()
    {
        using BpfFolder folder = new();
        var spec = BpfVectors.Spec("constructs.v3");
        var entry = spec.FindProgram("entry")!;
        ProgramSpec broken = entry with { Name = "broken", Instructions = [.. entry.Instructions.Select((slot, at) => at == 0 ? new BpfInstruction(0x79, 0, 9, 0, 0) : slot)] };
        HashSet<uint> before = [.. KernelMap.Ids];
        Assert.False(KernelObject.TryLoad(spec with { Programs = [entry, broken] }, out _, out var refusal, new() { PinFolder = folder.Folder }));
        var said = Assert.IsType<ProgramRefusal>(refusal);
        Assert.Equal("BPF_PROG_LOAD of 'broken' (xdp): Permission denied (errno 13): R9 !read_ok", said.ToString());
        Assert.Contains("processed 1 insns", said.Log, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("events")));
        Assert.True(SpinWait.SpinUntil(() => before.IsSupersetOf(KernelMap.Ids), TimeSpan.FromSeconds(10)));
    }

    [KernelFact]
    public void Nothing_is_mounted_unasked()
    {
        var folder = Directory.CreateTempSubdirectory("saker-no-bpffs");
        try
        {
            Assert.False(KernelObject.TryLoad(BpfVectors.Spec("constructs.v3"), out _, out var refusal, new() { PinFolder = folder.FullName }));
            Assert.StartsWith("the map 'events' cannot be pinned", refusal.ToString(), StringComparison.Ordinal);
            Assert.Contains("lies in no bpffs: mount one", refusal.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [KernelFact]
    public void Maps_can_be_shared_and_programs_chosen()
    {
        var spec = BpfVectors.Spec("legacy.v1");
        using var counters = KernelMap.Create(spec.FindMap("counters")!);
        using (var loaded = KernelObject.Load(spec, new() { Maps = new Dictionary<string, KernelMap> { ["counters"] = counters }, Programs = ["count"] }))
        {
            Assert.Equal(["count"], loaded.Programs.Keys);
            Assert.Same(counters, loaded.Map("counters"));
            loaded.Program("count").TestRun(Packet, default);
        }

        Assert.Equal(BpfError.None, counters.Lookup([0, 0, 0, 0], new byte[counters.EntrySize]));
        Assert.False(KernelObject.TryLoad(spec, out _, out var refusal, new() { Programs = ["nothing"] }));
        Assert.Equal("the object has no program 'nothing'; it has count, filter", refusal.ToString());
    }

    [KernelFact]
    public void Code_is_relocated_before_it_is_loaded()
    {
        var spec = BpfVectors.Spec("core.v3") with { Programs = [BpfVectors.Spec("core.v3").FindProgram("relocate")!] };
        using (var loaded = KernelObject.Load(spec, new() { RelocationTypes = BpfVectors.Types("core_target") }))
        {
            loaded.Program("relocate").TestRun(Packet, default);
            var values = loaded.ReadVariable<Values>("values");
            Assert.Equal([8ul, 16ul, 64ul], [values[0], values[1], values[2]]);
        }

        // The running kernel has none of the object's structures, and that is said in words.
        Assert.False(KernelObject.TryLoad(spec, out _, out var refusal));
        Assert.EndsWith("needs FieldByteOffset of 'subject' (0:0), which this kernel has not", refusal.ToString(), StringComparison.Ordinal);
    }

    [KernelFact]
    public void Functions_and_variables_of_the_kernel_are_found_by_name()
    {
        var spec = BpfVectors.Spec("kernel_symbols.v3");
        var address = spec.FindProgram("address")! with { Section = "tc" };

        // A variable with a type goes by its number. The kernel finds the address itself, if it keeps the names of variables (CONFIG_KALLSYMS_ALL).
        if (!KernelObject.TryLoad(spec with { Programs = [address] }, out var typed, out var refusal))
        {
            Assert.EndsWith("failed to find the address for kernel symbol 'runqueues'.", refusal.ToString(), StringComparison.Ordinal);
        }

        typed?.Dispose();

        // One without goes by its address.
        const string Function = "ip_rcv";
        address = address with { References = [.. address.References.Select(reference => reference.Kind == ReferenceKind.KernelVariable ? reference with { Name = Function } : reference)] };
        using (var loaded = KernelObject.Load(spec with { Programs = [address] }))
        {
            Assert.Equal(0u, loaded.Program("address").TestRun(Packet, default).Value);
            var line = File.ReadLines("/proc/kallsyms").First(line => line.EndsWith(" " + Function, StringComparison.Ordinal));
            Assert.Equal(Convert.ToUInt64(line.Split(' ')[0], 16), loaded.ReadVariable<ulong>("latest"));
        }

        // Metadata are for programs that are bound to a device, and this one is not: the kernel knows the function by its number.
        Assert.False(KernelObject.TryLoad(spec with { Programs = [spec.FindProgram("stamp")!] }, out _, out refusal));
        Assert.Contains("metadata kfuncs require device-bound program", refusal.ToString(), StringComparison.Ordinal);
        var stamp = spec.FindProgram("stamp")!;
        stamp = stamp with { References = [.. stamp.References.Select(reference => reference.Kind == ReferenceKind.KernelFunction ? reference with { Name = "no_such_function" } : reference)] };
        Assert.False(KernelObject.TryLoad(spec with { Programs = [stamp] }, out _, out refusal));
        Assert.Contains("the program 'stamp' names the kernel's function 'no_such_function', which this kernel has not", refusal.ToString(), StringComparison.Ordinal);

        // Where it is weak it may be missing, as long as it is not reached; else that is said in words.
        var weak = Calling(("bpf_rcu_read_lock", false), ("bpf_rcu_read_unlock", false), ("no_such_function", true));
        using (var loaded = KernelObject.Load(weak with { Programs = [Skipping(weak.Programs[0])] }))
        {
            Assert.Equal(2u, loaded.Program("calls").TestRun(Packet, default).Value);
        }

        Assert.False(KernelObject.TryLoad(weak, out _, out refusal));
        Assert.EndsWith("slot 2 calls the kernel's function 'no_such_function', which this kernel has not", refusal.ToString(), StringComparison.Ordinal);
    }

    [KernelFact]
    public void Program_that_is_bound_to_a_device_may_ask_it_for_metadata()
    {
        using VethPair wire = new();
        var spec = BpfVectors.Spec("kernel_symbols.v3");
        using var loaded = wire.Near.Enter(() => KernelObject.Load(spec with { Programs = [spec.FindProgram("stamp")!] }, new() { Device = wire.NearDevice }));
        using var link = wire.Near.Enter(() => KernelLink.AttachXdp(loaded.Program("stamp"), wire.NearDevice, XdpMode.Native));
        Assert.True(wire.Passes());
        Assert.Throws<KernelException>(() => loaded.Program("stamp").TestRun(Packet, default));
        Assert.Throws<KernelException>(() => wire.Far.Enter(() => KernelLink.AttachXdp(loaded.Program("stamp"), wire.FarDevice)));
    }

    [KernelFact]
    public void Program_of_an_unknown_purpose_is_refused_in_words()
    {
        Assert.False(KernelObject.TryLoad(BpfVectors.Spec("plain.v3"), out _, out var refusal));
        Assert.StartsWith("the section '.text' does not say what the program 'main_program' is for", refusal.ToString(), StringComparison.Ordinal);
        Assert.False(KernelObject.TryLoad(BpfVectors.Spec("constructs.v3.eb"), out _, out refusal));
        Assert.StartsWith("the object is for big-endian machines", refusal.ToString(), StringComparison.Ordinal);
        Assert.Throws<KernelException>(() => KernelObject.Load(BpfVectors.Spec("plain.v3")));
    }

    private static ObjectSpec Calling(params (string Name, bool IsWeak)[] functions) => new()
    {
        License = "GPL",
        Programs =
        [
            new()
            {
                Name = "calls",
                Section = "xdp",
                Type = ProgramType.Xdp,
                Instructions = [.. Enumerable.Repeat(new BpfInstruction(0x85), functions.Length), .. Assembler.Assemble("r0 = 2; exit").Slots],
                References = [.. functions.Select((function, at) => new InstructionReference(at, ReferenceKind.KernelFunction, function.Name, 0, function.IsWeak))],
            },
        ],
    };

    /// <summary>The same with a jump over the last call.</summary>
    private static ProgramSpec Skipping(ProgramSpec program)
    {
        var last = program.References[^1];
        return program with
        {
            Instructions = program.Instructions.InsertRange(last.Instruction, Assembler.Assemble("r6 = 1; if r6 == 1 goto +1; r0 = 0; exit").Slots[..2]),
            References = program.References.SetItem(program.References.Length - 1, last with { Instruction = last.Instruction + 2 }),
        };
    }

    [System.Runtime.CompilerServices.InlineArray(32)]
    private struct Values
    {
        private ulong _first;
    }
}
