using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>
/// A program with helpers, run by the kernel and by the interpreter over the same packet, and where it names no map, now and then by compiled code with checks and without. Its body has the context in r6 and leaves a number in r0; what is compared is a
/// mixture of that number with what the context says afterwards, and the packet.
/// </summary>
internal static partial class HelperTwice
{
    private const int OutputLength = 1 << 17;

    /// <summary>How much of a frame the kernel's test run puts into one piece.</summary>
    private const int LongestLinear = 3520;

    /// <summary>Of how many programs one is compiled.</summary>
    private const int CompiledSample = 16;

    private static int _compared;

    /// <summary>What packets are that are not sent to the loopback's address of zeros (<c>PACKET_OTHERHOST</c>).</summary>
    private const uint OtherHost = 3;

    /// <summary>What the context says after an skb's helper; tstamp and hash are left out, which the kernel sets by itself.</summary>
    private static readonly (string Name, string Code)[] SkbFacts =
    [
        ("result", "r0 = r7"), ("len", "r0 = *(u32 *)(r6 + 0)"), ("pkt_type", "r0 = *(u32 *)(r6 + 4)"), ("protocol", "r0 = *(u32 *)(r6 + 16)"),
        ("vlan_present", "r0 = *(u32 *)(r6 + 20)"), ("vlan_tci", "r0 = *(u32 *)(r6 + 24)"), ("vlan_proto", "r0 = *(u32 *)(r6 + 28)"),
        ("linear", "r0 = *(u32 *)(r6 + 80); r1 = *(u32 *)(r6 + 76); r0 -= r1"), ("gso_size", "r0 = *(u32 *)(r6 + 176)"),
    ];

    private static readonly (string Name, string Code)[] XdpFacts =
    [
        ("result", "r0 = r7"), ("length", "r0 = *(u32 *)(r6 + 4); r1 = *(u32 *)(r6 + 0); r0 -= r1"), ("metadata", "r0 = *(u32 *)(r6 + 0); r1 = *(u32 *)(r6 + 8); r0 -= r1"),
    ];

    /// <summary>Compares both.</summary>
    /// <param name="type">What is run: XDP or tc.</param>
    /// <param name="body">The body.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="maps">The maps that it names.</param>
    public static void Compare(ProgramType type, string body, byte[] packet, params MapTwice[] maps)
    {
        var facts = type == ProgramType.Xdp ? XdpFacts : SkbFacts;
        StringBuilder mixture = new("r8 = 0");
        foreach (var (_, code) in facts)
        {
            mixture.Append(CultureInfo.InvariantCulture, $"; {code}; r8 *= 1000003; r8 += r0");
        }

        var (kernel, here, _) = Run(type, $"r6 = r1; {body}; r7 = r0; {mixture}; r0 = r8; exit", packet, maps);
        if (kernel.Value == here.Value && kernel.Bytes.AsSpan().SequenceEqual(here.Bytes))
        {
            return;
        }

        StringBuilder difference = new($"{type.KernelName()}: {body}\n  over {Convert.ToHexStringLower(packet.AsSpan(0, Math.Min(packet.Length, 64)))} ({packet.Length})\n");
        foreach (var (name, code) in facts)
        {
            var (inKernel, inProcess, fault) = Run(type, $"r6 = r1; {body}; r7 = r0; {code}; exit", packet, maps);
            difference.Append(CultureInfo.InvariantCulture, $"  {name}: kernel {(int)inKernel.Value}, here {(int)inProcess.Value} {fault}\n");
        }

        if (!kernel.Bytes.AsSpan().SequenceEqual(here.Bytes))
        {
            difference.Append(CultureInfo.InvariantCulture, $"  kernel {Convert.ToHexStringLower(kernel.Bytes)}\n  here   {Convert.ToHexStringLower(here.Bytes)}\n");
        }

        Assert.Fail(difference.ToString());
    }

    /// <summary>Loads a program into the kernel.</summary>
    public static KernelProgram Load(ProgramType type, string text, LoadFlags flags, MapTwice[] maps)
    {
        var bound = MapName().Replace(text, match => $"map[fd:{maps[int.Parse(match.Groups["place"].Value, CultureInfo.InvariantCulture)].Kernel.Descriptor.DangerousGetHandle()}]");
        Assert.True(KernelProgram.TryLoad(type, Assembler.Assemble(bound).Slots, new LoadOptions { Flags = flags }, out var kernel, out var refusal), $"{text}: {refusal}\n{refusal?.Log}");
        return kernel;
    }

    /// <summary>Makes a program ready here.</summary>
    public static BpfExecutable Make(ProgramType type, string text, MapTwice[] maps, BpfEngine engine = BpfEngine.Interpreter, MemoryChecks checks = MemoryChecks.All)
    {
        MapHandles handles = new();
        ExecutionOptions options = new()
        {
            Engine = engine,
            Checks = checks,
            Type = type,
            Helpers = HelperTable.ForProgram(type),
            Maps = handles,
            Constants = new MapConstants(maps, handles),
        };
        Assert.True(BpfExecutable.TryCreate(Assembler.Assemble(text), options, out var executable, out var fault), fault?.ToString());
        return executable;
    }

    private static ((uint Value, byte[] Bytes) Kernel, (uint Value, byte[] Bytes) Here, RunFault Fault) Run(ProgramType type, string text, byte[] packet, MapTwice[] maps)
    {
        TestRunResult inKernel;
        byte[] output = GC.AllocateUninitializedArray<byte>(OutputLength);
        using (var kernel = Load(type, text, type == ProgramType.Xdp && packet.Length > LongestLinear ? LoadFlags.Fragments : LoadFlags.None, maps))
        {
            inKernel = kernel.TestRun(packet, output);
        }

        var here = Run(Make(type, text, maps), type, packet);
        var isSample = maps.Length == 0 && Interlocked.Increment(ref _compared) % CompiledSample == 0;
        foreach (var checks in isSample ? (MemoryChecks[])[MemoryChecks.All, MemoryChecks.None] : [])
        {
            var (value, bytes, _) = Run(Make(type, text, maps, BpfEngine.Compiled, checks), type, packet);
            Assert.True(here.Value == value && here.Bytes.AsSpan().SequenceEqual(bytes), $"{text}: compiled with checks {checks} it gives {value}, interpreted {here.Value}");
        }

        return ((inKernel.Value, output[..inKernel.Length]), (here.Value, here.Bytes), here.Fault);
    }

    private static (uint Value, byte[] Bytes, RunFault Fault) Run(BpfExecutable executable, ProgramType type, byte[] packet)
    {
        TableHost host = new();
        host.Add(1, new BpfDevice(65536));
        PacketContext context = type == ProgramType.Xdp ? new XdpContext { IngressDevice = 1 } : new SkbContext { Device = 1, PacketType = OtherHost };
        if (context is XdpContext xdp)
        {
            xdp.Load(packet, LongestLinear);
        }
        else
        {
            context.Load(packet);
        }

        var result = executable.Run(new BpfCpu(host: host), context);
        byte[] bytes = new byte[context.MetadataLength + context.Length];
        context.Metadata.CopyTo(bytes);
        context.CopyTo(bytes.AsSpan(context.MetadataLength));
        return ((uint)result.Value, bytes, result.Fault);
    }

    [GeneratedRegex(@"map\[fd:(?<place>\d+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MapName();

    private sealed class MapConstants(MapTwice[] maps, MapHandles handles) : IConstantSource
    {
        public unsafe bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            var map = maps[first].Here;
            map.Handle = 0;
            value = handles.Add(map);
            if (kind == ConstantKind.MapValue)
            {
                uint key = 0;
                value = (ulong)map.Find((byte*)&key, 0) + (uint)second;
            }

            return kind is ConstantKind.Map or ConstantKind.MapValue;
        }
    }
}
