using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Cli.Output;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Host.Snapshots;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary>What the commands share that put a capture before a host: the capture, the host, and its device.</summary>
internal sealed class HostOptions
{
    private readonly Argument<string> _capture = new("CAPTURE")
    {
        Description = "A pcap or pcapng file, gzipped or not; - for standard input.",
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "A host's snapshot, as 'saker snapshot' writes it. Without it a host is inferred from the capture.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _topology = new("--topology")
    {
        Description = "Further devices of the host, bridges, VLANs and traffic control: a JSON object with parts of a snapshot (links, addresses, fdb, tc).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "The device that the frames come in by. May be left out where only one is up and no loopback.",
        HelpName = "NAME",
    };

    private readonly Option<List<SysctlAssignment>> _sysctls = SysctlOption.Create();

    /// <summary>Gives a command the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="further">The argument that follows the capture, if there is one.</param>
    public void AddTo(Command command, Argument? further = null)
    {
        command.Add(_capture);
        if (further is not null)
        {
            command.Add(further);
        }

        command.Add(_host);
        command.Add(_topology);
        command.Add(_device);
        command.Add(_sysctls);
    }

    /// <summary>Finds the host, its device, and opens the capture; on a fault the line has been said.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="scene">What was found; to be disposed of.</param>
    /// <param name="code">The exit code, where something was not found.</param>
    /// <param name="mayReopen">Whether <see cref="TryReopen"/> will be called.</param>
    public bool TryOpen(ParseResult parsed, [NotNullWhen(true)] out Scene? scene, out int code, bool mayReopen = false)
    {
        CaptureFile file = new(parsed.GetRequiredValue(_capture), mayReopen);
        if (!TryOpen(parsed, file, out scene, out code))
        {
            file.Dispose();
            return false;
        }

        foreach (string limitation in scene.Host.Limitations.Concat(scene.Host.Sysctls.Warnings))
        {
            ExitCode.Warn(limitation);
        }

        return true;
    }

    /// <summary>Opens a scene once more, as it was at the beginning: a host takes part in one run only.</summary>
    public bool TryReopen(ParseResult parsed, Scene first, [NotNullWhen(true)] out Scene? scene, out int code) => TryOpen(parsed, first.File, out scene, out code);

    private bool TryOpen(ParseResult parsed, CaptureFile file, [NotNullWhen(true)] out Scene? scene, out int code)
    {
        scene = null;
        HostConfiguration? host;
        string? path = parsed.GetValue(_host);
        List<SysctlAssignment>? sysctls = parsed.GetValue(_sysctls);
        if (path is not null)
        {
            if (!SnapshotReader.TryRead(path, out host, out string? hostFault, sysctls))
            {
                code = ExitCode.Fail(hostFault);
                return false;
            }
        }
        else if (!HostInference.TryInfer(file.TryOpenAgain, out host, out CaptureFault? inferenceFault, sysctls))
        {
            code = ExitCode.Fail(inferenceFault.ToString());
            return false;
        }

        if (parsed.GetValue(_topology) is { } topology)
        {
            if (!TopologyFile.TryApply(topology, host, out HostConfiguration? changed, out string? topologyFault))
            {
                code = ExitCode.Fail(topologyFault);
                return false;
            }

            host = changed;
        }

        if (host.Sysctls.Refusal is { } refusal)
        {
            code = ExitCode.Refuse(refusal);
            return false;
        }

        if (!TryFindDevice(host, parsed.GetValue(_device), out NetworkDevice? device, out code))
        {
            return false;
        }

        if (!file.TryOpenLast(out CaptureReader? reader, out CaptureFault? fault))
        {
            code = ExitCode.Fail(fault.ToString());
            return false;
        }

        scene = new Scene(file, reader, host, device, IsInferred: path is null, ExplainHint.Of(parsed, file.Given));
        return true;
    }

    private static bool TryFindDevice(HostConfiguration host, string? name, [NotNullWhen(true)] out NetworkDevice? device, out int code)
    {
        code = ExitCode.Success;
        device = name is null ? host.OnlyDevice : host.Devices.FirstOrDefault(other => other.Name == name);
        if (device is not null)
        {
            return true;
        }

        string candidates = string.Join(", ", host.Devices.Where(other => !other.IsLoopback && other.Has(DeviceFlags.Up)).Select(other => other.Name));
        code = name is not null ? ExitCode.Refuse($"the host has no device '{name}'; it has {string.Join(", ", host.Devices.Select(other => other.Name))}.")
            : candidates.Length == 0 ? ExitCode.Refuse("the host has no device that is up and no loopback; name one with --device.")
            : ExitCode.Refuse($"the host has several devices; name the one that the frames come in by with --device: {candidates}.");
        return false;
    }
}

/// <summary>A capture before a host.</summary>
/// <param name="File">Where the capture is.</param>
/// <param name="Reader">The capture, at its beginning.</param>
/// <param name="Host">The host.</param>
/// <param name="Device">The device that the frames come in by.</param>
/// <param name="IsInferred">Whether the host was inferred from the capture.</param>
/// <param name="Explain">How a frame of it is explained.</param>
internal sealed record Scene(CaptureFile File, CaptureReader Reader, HostConfiguration Host, NetworkDevice Device, bool IsInferred, ExplainHint Explain) : IDisposable
{
    /// <summary>Who receives, in one line for people.</summary>
    public string DescribeReceiver()
    {
        string addresses = string.Concat(Device.IPv4?.Addresses.Select(address => $" {address.Address}/{address.PrefixLength}") ?? []);
        string origin = IsInferred ? "inferred from the capture" : "from its snapshot";
        return $"received by {Device.Name} {Device.Address}{addresses} ({origin}, {Quantity.Of(Host.Sockets.Count, "socket")})";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reader.Dispose();
        File.Dispose();
    }
}
