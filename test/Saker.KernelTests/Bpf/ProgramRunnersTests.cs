using Saker.Bpf;
using Saker.Host.Attachment;
using Saker.Host.Inventory;
using Saker.Host.Programs;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Wire.Captures;

namespace Saker.KernelTests.Bpf;

/// <summary>What <c>saker bpf</c> does with the running kernel: programs in all engines over a capture, attachments found and taken off, what the kernel holds.</summary>
[Collection(AloneCollection.Name)]
public sealed class ProgramRunnersTests
{
    private static readonly string Sample = Repository.PathOf("samples/port_guard.o");

    [KernelTheory]
    [InlineData("dns.pcap")]
    [InlineData("web.pcapng")]
    [InlineData("http.pcap.gz")]
    public void Three_engines_agree_over_a_capture(string capture)
    {
        var spec = Read();
        Assert.True(ProgramRunners.TryCreate(
            spec, spec.Programs[0], [ProgramEngine.Interpreter, ProgramEngine.Compiled, ProgramEngine.Unchecked, ProgramEngine.Kernel], out var runners, out var fault), fault);
        using (runners)
        {
            var run = Run(runners, ProgramType.Xdp, capture);
            Assert.Null(run.Difference);
            Assert.Empty(runners.All.Skip(1).SelectMany(other => MapDifference.Between(runners.All[0], other)));
            Assert.All(run.Totals, totals => Assert.Empty(totals.Faults));
            Assert.NotEmpty(MapContents.Read(runners.All[^1].Object.Map("services")).Entries);
        }
    }

    [KernelFact]
    public void A_map_that_differs_is_told_with_its_entry()
    {
        var spec = Read();
        Assert.True(ProgramRunners.TryCreate(spec, spec.Programs[0], [ProgramEngine.Interpreter, ProgramEngine.Kernel], out var runners, out var fault), fault);
        using (runners)
        {
            Run(runners, ProgramType.Xdp, "dns.pcap");
            runners.All[1].Object.WriteVariable("dropped", 7UL);
            var difference = Assert.Single(MapDifference.Between(runners.All[0], runners.All[1]));
            Assert.Equal((".bss", "entry 0: interpreter has {dropped: 12}, kernel {dropped: 7}"), (difference.Map, difference.What));
        }
    }

    [KernelFact]
    public void What_the_kernel_refuses_is_told_in_a_line()
    {
        var spec = Read();
        var program = spec.Programs[0];
        var endless = program with { Instructions = [.. program.Instructions.Take(program.Instructions.Length - 1), new BpfInstruction(0x05, offset: -1)] };
        Assert.False(ProgramRunners.TryCreate(spec with { Programs = [endless] }, endless, [ProgramEngine.Kernel], out _, out var fault));
        Assert.StartsWith("the kernel: BPF_PROG_LOAD of 'port_guard' (xdp): ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [KernelFact]
    public void An_attachment_is_found_by_its_device_and_taken_off_with_its_name()
    {
        using VethPair wire = new();
        using BpfFolder folder = new();
        using var loaded = KernelObject.Load(Read());
        var names = folder.PathOf("names");
        PinFolder.Create(names);
        uint id;
        using (var attachment = wire.Near.Enter(() => DeviceAttachments.Attach(loaded.Program("port_guard"), wire.NearDevice, AttachHook.Xdp, XdpMode.Generic)))
        {
            var link = Assert.IsType<KernelLink>(attachment);
            link.Pin(Path.Combine(names, "guard"));
            id = link.Info.Id;
        }

        Assert.Contains(wire.Near.Enter(() => DeviceAttachments.LinksAt(wire.NearDevice, AttachHook.Xdp)), link => link.Id == id);
        Assert.DoesNotContain(wire.Near.Enter(() => DeviceAttachments.LinksAt(wire.NearDevice, AttachHook.TcxIngress)), link => link.Id == id);

        // A device of the same index elsewhere is another one.
        Assert.Equal(wire.NearDevice, wire.FarDevice);
        Assert.DoesNotContain(wire.Far.Enter(() => DeviceAttachments.LinksAt(wire.FarDevice, null)), link => link.Id == id);
        Assert.Empty(DeviceAttachments.LinksAt(99999, null));
        Assert.Contains(KernelInventory.Programs(), entry => entry.Info.Name == "port_guard" && entry.Places.Any(place => place.StartsWith("xdp ", StringComparison.Ordinal)));
        Assert.Contains(KernelInventory.Maps(), map => map is { Name: "services", Type: MapType.Hash, KeySize: 4, ValueSize: 16, MaximumEntries: 4096 });
        Assert.Equal([Path.Combine(names, "guard")], DeviceAttachments.Detach(id, folder.Folder));
        Assert.DoesNotContain(wire.Near.Enter(() => DeviceAttachments.LinksAt(wire.NearDevice, null)), link => link.Id == id);
        Assert.Empty(Directory.GetFiles(names));
    }

    [KernelFact]
    public void A_folder_outside_of_a_bpffs_is_not_made()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}");
        Assert.Contains("lies in no bpffs", Assert.Throws<KernelException>(() => PinFolder.Create(folder)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    private static ObjectSpec Read()
    {
        Assert.True(BpfObject.TryRead(File.ReadAllBytes(Sample), out var spec, out var fault), fault?.ToString());
        return spec;
    }

    private static CaptureRun Run(ProgramRunners runners, ProgramType type, string capture)
    {
        CaptureRun run = new(runners.All, type, new CaptureRunOptions { Queue = 0 });
        Assert.True(CaptureReader.TryOpen(Repository.PathOf("samples/" + capture), out var reader, out var fault), fault?.ToString());
        using (reader)
        {
            runners.OnTheirCpu(() => run.Run(reader));
        }

        return run;
    }
}
