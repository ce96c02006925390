using System.Diagnostics;
using System.Globalization;
using Saker.Bpf;
using Saker.Host.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// Two namespaces and a veth between them. Sockets are at the near end, on a processor of their own together with the kernel's thread that receives there; the generator, and what receives
/// at the far end and drops, have the other one. Without such threads the sender's processor would do the receiver's work.
/// </summary>
internal sealed class SocketWire : IDisposable
{
    public const string NearDevice = "sakerN";
    public const int NearProcessor = 1;
    private const string FarDevice = "sakerF";
    private const int FarProcessor = 0;
    private const string NearName = "saker-compare-near", FarName = "saker-compare-far";

    private KernelProgram? _dropping;
    private KernelLink? _link;
    private PacketGenerator? _generator;

    public SocketWire()
    {
        try
        {
            // What a killed run has left.
            NetworkNamespace.Delete(NearName);
            NetworkNamespace.Delete(FarName);
            Near = NetworkNamespace.Create(NearName);
            Far = NetworkNamespace.Create(FarName);
            Execute(["ip", "-n", NearName, "link", "add", NearDevice, "type", "veth", "peer", "name", FarDevice, "netns", FarName]);
            SetUp(NearName, NearDevice, NearProcessor);
            SetUp(FarName, FarDevice, FarProcessor);
            Far.Enter(DropAtTheFarEnd);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace Near { get; } = null!;

    public NetworkNamespace Far { get; } = null!;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it said.</returns>
    public static string Execute(string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{string.Join(' ', command)}: {errors.Result.Trim()}");
    }

    /// <summary>Does something while the generator floods the near end.</summary>
    public T Flooded<T>(Func<T> work)
    {
        using CancellationTokenSource stop = new();
        Task<GeneratorReport> generating = Task.Run(() => Far.Enter(() => _generator!.Run(new GeneratorOptions { Cpus = [FarProcessor] }, null, stop.Token)));
        try
        {
            return work();
        }
        finally
        {
            stop.Cancel();
            generating.GetAwaiter().GetResult();
        }
    }

    public void Dispose()
    {
        _generator?.Dispose();
        _link?.Dispose();
        _dropping?.Dispose();
        Far?.Dispose();
        Near?.Dispose();
    }

    private static void SetUp(string network, string device, int processor)
    {
        // Only a device that merges polls without a program.
        Execute(["ip", "netns", "exec", network, "sh", "-ec", $"sysctl -qw net.ipv6.conf.{device}.disable_ipv6=1; ip link set {device} arp off up; ethtool -K {device} gro on; echo 1 > /sys/class/net/{device}/threaded"]);
        string[] threads = [.. Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => IsPolling(name, device))];
        if (threads.Length == 0)
        {
            throw new InvalidOperationException($"There is no thread that polls {device}; Linux 5.12 or later has them.");
        }

        Array.ForEach(threads, thread => Execute(["taskset", "-pc", processor.ToString(CultureInfo.InvariantCulture), thread]));
    }

    private static bool IsPolling(string process, string device)
    {
        try
        {
            return char.IsAsciiDigit(process[0]) && File.ReadAllText($"/proc/{process}/comm").StartsWith($"napi/{device}", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private void DropAtTheFarEnd()
    {
        const int Drop = 1;
        BpfProgram code = new ProgramBuilder().Compute(BpfOperation.Move, BpfRegister.R0, Drop).Exit().Build();
        _dropping = KernelProgram.Load(ProgramType.Xdp, code);
        _link = KernelLink.AttachXdp(_dropping, DeviceName.IndexOf(FarDevice), XdpMode.Native);
        _generator = PacketGenerator.TryCreate(FarDevice, new GeneratedTraffic(), out PacketGenerator? generator, out string? fault) ? generator : throw new InvalidOperationException(fault);
    }
}
