using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;
using Saker.Kernel.Netlink;

namespace Saker.Host.AfXdp;

/// <summary>
/// Sends frames out of a device as fast as the kernel makes them: an XDP program is run over test frames that live (<c>BPF_F_TEST_XDP_LIVE_FRAMES</c>, Linux 5.18) and redirects each to
/// the device. No socket is involved. The device must take redirected frames (<c>ndo_xdp_xmit</c>). One run at a time.
/// </summary>
public sealed class PacketGenerator : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>A veth counts what its other end has taken, which may be a moment later.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly int _device;
    private readonly GeneratedTraffic _traffic;
    private readonly TrafficTemplate _template;
    private readonly KernelObject _object;
    private readonly KernelMap _counters;
    private readonly LinkStatisticsReader _statistics = new();
    private readonly ulong[] _values = new ulong[LinkStatisticsReader.Names.Count];

    private PacketGenerator(int device, GeneratedTraffic traffic, TrafficTemplate template, KernelObject loaded)
    {
        _device = device;
        _traffic = traffic;
        _template = template;
        _object = loaded;
        _counters = loaded.Map(GeneratorProgram.CountersName);
    }

    /// <summary>Makes a generator and loads its program. Takes CAP_BPF and CAP_NET_ADMIN.</summary>
    /// <param name="device">The device's name, in the network namespace of the calling thread.</param>
    /// <param name="traffic">What its frames look like.</param>
    /// <param name="generator">The generator, to be disposed by the caller; null where it cannot be.</param>
    /// <param name="fault">Why it cannot, in a line; null where there is one.</param>
    public static bool TryCreate(string device, GeneratedTraffic traffic, [NotNullWhen(true)] out PacketGenerator? generator, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        generator = null;
        int index = DeviceName.IndexOf(device);
        fault = index == 0 ? $"there is no device '{device}' in this network namespace; 'ip link' lists those that there are" : traffic.Fault;
        fault ??= TransmitFault.Of(KernelDevice.Read(index), DeviceXdpFeatures.Read(index), traffic.Size)?.ToString();
        if (fault is not null)
        {
            return false;
        }

        TrafficTemplate template = new(traffic);
        if (!KernelObject.TryLoad(GeneratorProgram.Create(traffic, template), out KernelObject? loaded, out KernelRefusal? refusal))
        {
            fault = refusal.ToString();
            return false;
        }

        generator = new PacketGenerator(index, traffic, template, loaded);
        BpfError error = loaded.Map(GeneratorProgram.DevicesName).Update(new byte[sizeof(uint)], BitConverter.GetBytes(index));
        if (error != BpfError.None)
        {
            fault = $"{device} cannot be redirected to: {new KernelRefusal("the map of devices", (int)error)}";
            generator.Dispose();
            generator = null;
        }

        return generator is not null;
    }

    /// <summary>Sends, until as much as was asked for is sent or it is stopped.</summary>
    /// <param name="options">How much.</param>
    /// <param name="watch">Is told of it about once a second; null: nobody is.</param>
    /// <param name="stop">Stops it, within a tenth of a second or so.</param>
    /// <returns>What it came to; with a fault where the kernel ended it.</returns>
    public GeneratorReport Run(GeneratorOptions options, Action<GeneratorReport>? watch = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        int[] cpus = options.Cpus.Count == 0 ? [-1] : [.. options.Cpus];
        Spread(cpus);
        (long sent, long dropped) = ReadDevice();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration is { } duration)
        {
            ending.CancelAfter(duration);
        }

        GeneratorThread[] threads = [.. cpus.Select((cpu, i) => new GeneratorThread(_object.Program(GeneratorProgram.ProgramName), _template.Frame, cpu, Share(options, i, cpus.Length), ending.Token))];
        long began = Stopwatch.GetTimestamp();
        Array.ForEach(threads, thread => thread.Start());
        TimeSpan told = TimeSpan.Zero;
        while (!Array.TrueForAll(threads, thread => thread.Join(Glance)))
        {
            TimeSpan now = Stopwatch.GetElapsedTime(began);
            if (now - told >= TimeSpan.FromSeconds(1))
            {
                told = now;
                watch?.Invoke(Report(now, sent, dropped));
            }
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        GeneratorReport report = Report(elapsed, sent, dropped);
        for (long ended = Stopwatch.GetTimestamp(); report.Refused > 0 && Stopwatch.GetElapsedTime(ended) < Settling; report = Report(elapsed, sent, dropped))
        {
            Thread.Sleep(Glance);
        }

        string? fault = threads.Select(thread => thread.Failure?.Message).FirstOrDefault(known => known is not null);
        return report with { Fault = fault ?? (report.Refused > 0 ? TransmitFault.Of(KernelDevice.Read(_device), DeviceXdpFeatures.Read(_device), _traffic.Size)?.ToString() : null) };
    }

    /// <summary>Forgets the program; nothing of it stays in the kernel.</summary>
    public void Dispose()
    {
        _object.Dispose();
        _statistics.Dispose();
    }

    private static GeneratorOptions Share(GeneratorOptions options, int index, int threads) => options with
    {
        Count = options.Count is { } count ? (count / threads) + (index < count % threads ? 1 : 0) : null,
        Rate = options.Rate / threads,
    };

    private GeneratorReport Report(TimeSpan elapsed, long sent, long dropped)
    {
        (long sentNow, long droppedNow) = ReadDevice();
        return new GeneratorReport(Given(), _traffic.Size, sentNow - sent, droppedNow - dropped, elapsed);
    }

    /// <summary>Lets each CPU begin at a flow of its own, with number 0.</summary>
    private void Spread(int[] cpus)
    {
        byte[] entry = new byte[_counters.EntrySize];
        for (int i = 0; i < cpus.Length && cpus[i] >= 0; i++)
        {
            long first = (long)_traffic.Flows * i / cpus.Length;
            int place = cpus[i] * GeneratorProgram.CounterSize;
            if (place < entry.Length)
            {
                BitConverter.TryWriteBytes(entry.AsSpan(place + sizeof(ulong)), first);
            }
        }

        _counters.Update(new byte[sizeof(uint)], entry);
    }

    private long Given()
    {
        byte[] entry = new byte[_counters.EntrySize];
        _counters.Lookup(new byte[sizeof(uint)], entry);
        long given = 0;
        for (int offset = 0; offset < entry.Length; offset += GeneratorProgram.CounterSize)
        {
            given += BitConverter.ToInt64(entry, offset);
        }

        return given;
    }

    private (long Sent, long Dropped) ReadDevice()
    {
        const int Sent = 1, Errors = 5, Dropped = 7;
        _statistics.Read(_device, _values);
        return ((long)_values[Sent], (long)(_values[Dropped] + _values[Errors]));
    }
}
