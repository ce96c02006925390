using System.Globalization;
using System.Text;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Helpers;

public sealed class KernelHelpersTests
{
    /// <summary>Set to 1 to write the document instead of comparing it.</summary>
    private const string WriteVariable = "SAKER_WRITE_DOCUMENTS";

    [Fact]
    public void Table_has_all_helpers_by_number()
    {
        Assert.Equal(211, KernelHelpers.All.Length);
        Assert.All(KernelHelpers.All, (helper, index) => Assert.Equal(index + 1, helper.Number));
        Assert.Equal(211, KernelHelpers.All.Select(helper => helper.Name).Distinct().Count());
        Assert.All(KernelHelpers.All, helper => Assert.StartsWith("bpf_", helper.Name, StringComparison.Ordinal));
        Assert.All(KernelHelpers.All, helper => Assert.InRange(helper.Arguments.Length, 0, 5));
        Assert.False(KernelHelpers.TryFind(0, out _));
        Assert.False(KernelHelpers.TryFind(212, out _));
        Assert.True(KernelHelpers.TryFind("redirect_map", out var redirect));
        Assert.Equal(51, redirect.Number);
    }

    [Fact]
    public void A_helper_is_to_be_had_or_its_refusal_says_why()
    {
        var all = HelperTable.ForProgram(ProgramType.Unspecified);
        Assert.All(KernelHelpers.All, helper => Assert.Equal(helper.IsImplemented, all.TryGet((ulong)helper.Number, out _)));
    }

    [Theory]
    [InlineData(ProgramType.Xdp, "call 26", "instruction 0: 'call 26': programs of type xdp may not call bpf_skb_load_bytes")]
    [InlineData(ProgramType.SchedulerClassifier, "call 44", "instruction 0: 'call 44': programs of type sched_cls may not call bpf_xdp_adjust_head")]
    [InlineData(ProgramType.SocketFilter, "call 9", "instruction 0: 'call 9': programs of type socket_filter may not call bpf_skb_store_bytes")]
    [InlineData(ProgramType.Xdp, "call 169", "instruction 0: 'call 169': bpf_timer_init is not to be had here: there are no timers for programs here yet")]
    [InlineData(ProgramType.Xdp, "call 300", "instruction 0: 'call 300': there is no helper 300")]
    public void What_is_not_to_be_had_is_refused_by_name(ProgramType type, string text, string reason)
    {
        Assert.False(BpfExecutable.TryCreate(Assembler.Assemble(text + "; exit"), new() { Helpers = HelperTable.ForProgram(type) }, out _, out var fault));
        Assert.Equal(reason, fault.ToString());
    }

    [Fact]
    public void A_shared_table_is_added_to_as_a_copy()
    {
        var shared = HelperTable.ForProgram(ProgramType.Xdp);
        Assert.Throws<InvalidOperationException>(() => shared.Add(300, (_, _, _, _, _, _) => 7));
        var own = shared.Copy();
        own.Add(300, (_, _, _, _, _, _) => 7);
        Assert.True(own.TryGet(44, out _));
        Assert.True(own.TryGet(300, out _));
        Assert.False(shared.TryGet(300, out _));
    }

    [Fact]
    public void Functions_of_the_kernel_are_found_by_name()
    {
        var xdp = KernelFunctionTable.ForProgram(ProgramType.Xdp);
        Assert.True(xdp.TryFind("bpf_xdp_metadata_rx_hash", out var number, out _));
        Assert.True(xdp.TryGet(number, out _));
        Assert.False(xdp.TryFind("bpf_xdp_ct_lookup", out _, out var reason));
        Assert.Equal("bpf_xdp_ct_lookup is not to be had here: there is no connection tracking for programs here", reason);
        Assert.False(xdp.TryFind("bpf_none", out _, out reason));
        Assert.Equal("the kernel's function bpf_none is not known here", reason);
        Assert.False(KernelFunctionTable.ForProgram(ProgramType.SchedulerClassifier).TryFind("bpf_xdp_metadata_rx_hash", out _, out reason));
        Assert.Equal("programs of type sched_cls may not call bpf_xdp_metadata_rx_hash", reason);
    }

    [Fact]
    public void Document_says_what_the_table_does()
    {
        var path = Repository.PathOf("docs/bpf-helpers.md");
        var document = Document();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(path, document);
        }

        Assert.True(document == File.ReadAllText(path), $"docs/bpf-helpers.md is not what the table says; {WriteVariable}=1 dotnet test --filter {nameof(Document_says_what_the_table_does)} writes it.");
    }

    private static string Document()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Helpers and kernel functions

            What eBPF programs can call in this process, of all that Linux 6.18 has: {KernelHelpers.All.Count(helper => helper.IsImplemented)} of {KernelHelpers.All.Length} helpers. Results, errors and what is done to the packet are
            the kernel's; `test/Saker.KernelTests/Bpf/Helpers` asks it. This page is written by a test from the table in `src/Saker.Bpf/Helpers/HelperDescriptions.cs`, and compared with it:
            `{WriteVariable}=1 dotnet test test/Saker.Tests --filter {nameof(Document_says_what_the_table_does)}`.

            What needs a network around it is asked of `BpfHost`, which the caller overrides: clock and chance, devices and their MTU (`bpf_check_mtu`, `bpf_clone_redirect`), routes and neighbours
            (`bpf_fib_lookup`), what is traced. `TableHost` has tables for all that; in networks made by chance its answers are compared with the kernel's, byte for byte. Where a packet is redirected to is `BpfCpu.Redirect` after the run;
            with programs at live devices, what comes out elsewhere is compared with that note and with the copies that the host is given. Ring buffers and perf events are read from the maps.

            In a program whose memory is checked, what helpers get is not trusted either: pointers that are not the program's, handles that are no maps, contexts that are none stop the run with a fault.

            Known to differ: a packet's hash (`bpf_get_hash_recalc`) is another number than the kernel's, which depends on a secret; `%p` of an address is the address, not a hash of it; a packet that
            helpers make longer must find room in its frame (`ENOMEM`), where the kernel makes a larger one; `bpf_get_route_realm` is always 0, since packets have no routes yet; of a text with addresses that does not fit
            (`%pI4` and its like) the length is what it would be, where the kernel miscounts.

            Not compared with the kernel: of `bpf_fib_lookup` routes with several next hops (the kernel chooses by a secret; `TableHost` has none), next hops that are objects, routes of IPv6 by source, VRFs,
            and MTUs that the kernel has learnt of a way; of `bpf_check_mtu` with `BPF_MTU_CHK_SEGS` packets whose headers are known (`SkbContext.SegmentHeaderLength`),
            which its test runs do not have; what becomes of a packet redirected to where it cannot go (`bpf_redirect_neigh` to a neighbour who is not known, `bpf_redirect_peer` to a device without a peer
            in another namespace), which the note does not tell; what `bpf_clone_redirect` returns for devices other than veth, where their drivers and queues decide;
            what helpers do to the sum of a whole packet (`CHECKSUM_COMPLETE`, which only cards give). Packets with a checksum to be filled in, of several segments, and not in one piece are compared
            at a device's egress, where sockets send such.

            ## Helpers

            Who may call: S socket filters, T traffic control, X XDP, C control groups' packets, I/O/M lightweight tunnels coming in, going out, at transmission. Flags: G for programs under
            a licence compatible with the GPL only (in the kernel; nobody asks here), P the packet may move, so pointers into it end.

            | number | name | callers | flags | |
            |---|---|---|---|---|

            """);
        foreach (var helper in KernelHelpers.All)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {helper.Number} | `{helper.Name}` | {Callers(helper.Programs)} | {Flags(helper.Traits)} | {(helper.Refusal is { } refusal ? $"refused: {refusal}" : "implemented")} |\n");
        }

        text.Append("""

            ## Kernel functions

            Programs name them, and a loader puts their number in `KernelFunctionTable` into the call.

            | name | |
            |---|---|

            """);
        foreach (var function in KernelFunctionTable.Known)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{function.Name}` | {(function.Refusal is { } refusal ? $"refused: {refusal}" : "implemented")} |\n");
        }

        return text.Replace("\r", "").ToString();
    }

    private static string Callers(HelperPrograms programs) =>
        string.Concat("STXCIOM".Where((_, bit) => ((int)programs & (1 << bit)) != 0));

    private static string Flags(HelperTraits traits) =>
        ((traits & HelperTraits.GplOnly) != HelperTraits.Plain ? "G" : "") + ((traits & HelperTraits.ChangesPacket) != HelperTraits.Plain ? "P" : "");
}
