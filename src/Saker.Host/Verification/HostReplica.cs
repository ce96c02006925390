using Saker.Host.Hosts;
using Saker.Host.Oracle;
using Saker.Host.Snapshots;
using Saker.Host.Snapshots.Reading;
using Saker.Stack;
using Saker.Stack.Devices;

namespace Saker.Host.Verification;

/// <summary>
/// A host made after a description, in a network namespace of its own, before the running kernel. What could not be made as described is found by taking its
/// snapshot and reading that as the description was read.
/// </summary>
internal sealed class HostReplica : IDisposable
{
    private const int SettleMilliseconds = 50;

    /// <summary>So many names are told; beyond them it is another kernel, and how many there are says more.</summary>
    private const int MostSettings = 8;

    private readonly HostConfiguration _wanted;
    private readonly TargetHost _target;
    private readonly List<string> _problems = [];

    /// <summary>Makes it.</summary>
    /// <param name="oracle">Who asks the kernel.</param>
    /// <param name="host">The description.</param>
    /// <param name="receiver">The device that gets the frames.</param>
    public HostReplica(KernelOracle oracle, HostConfiguration host, NetworkDevice receiver)
    {
        _wanted = host;
        _target = oracle.SetUp(Plan(host, receiver));
        try
        {
            NoteKinds();
            _problems.AddRange(_target.Problems);
            HostConfiguration found = Read(_target.CollectSnapshot());
            Protocols = found.Protocols;
            Compare(found);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What could not be made as described, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The protocols that the running kernel has handlers for.</summary>
    public ProtocolOptions Protocols { get; }

    /// <summary>Where these are not the host's, in one line; null: they are.</summary>
    public string? ProtocolProblem
    {
        get
        {
            IEnumerable<byte> more = Protocols.InternetProtocols.Except(_wanted.Protocols.InternetProtocols).Select(number => (byte)number).Order();
            IEnumerable<byte> less = _wanted.Protocols.InternetProtocols.Except(Protocols.InternetProtocols).Select(number => (byte)number).Order();
            return !more.Any() && !less.Any() && Protocols.Llc == _wanted.Protocols.Llc ? null
                : $"protocols: this kernel has handlers that the host's has not ({Numbers(more)}), or lacks some ({Numbers(less)}); LLC {Word(Protocols.Llc)}, there {Word(_wanted.Protocols.Llc)}";

            static string Numbers(IEnumerable<byte> protocols) => protocols.Any() ? string.Join(", ", protocols) : "none";

            static string Word(bool isThere) => isThere ? "yes" : "no";
        }
    }

    /// <inheritdoc cref="TargetHost.Ask(Action{FrameAsker})"/>
    public void Ask(Action<FrameAsker> questions) => _target.Ask(questions);

    /// <summary>Takes it down.</summary>
    public void Dispose() => _target.Dispose();

    /// <summary>How it is set up.</summary>
    internal static TargetConfiguration Plan(HostConfiguration host, NetworkDevice receiver) =>
        new("replica", [.. ReplicaSettings.Baseline, .. ReplicaCommands.Devices(host), .. host.Devices.Select(ReplicaCommands.NameOf).SelectMany(ReplicaSettings.OfDevice)], [.. ReplicaSockets.Of(host)])
        {
            Device = ReplicaCommands.NameOf(receiver),
            OtherDevices = [.. host.Devices.Where(device => !device.IsLoopback && device != receiver).Select(ReplicaCommands.NameOf)],
            IsTolerant = true,
            SettleMilliseconds = SettleMilliseconds,
            Corrections = snapshot =>
            {
                HostConfiguration found = Read(snapshot);
                return ReplicaSettings.Corrections(ReplicaSettings.Of(host), found.KernelSettings).Concat(ReplicaCommands.RouteCorrections(host.Routes, found.Routes));
            },
        };

    private static HostConfiguration Read(byte[] snapshot) =>
        SnapshotReader.TryParse(snapshot, "the made host", out HostConfiguration? host, out string? fault) ? host : throw new InvalidOperationException(fault);

    private void NoteKinds()
    {
        if (!_wanted.Topology.IsEmpty)
        {
            _problems.Add("topology: bridges, VLANs, traffic control and packet sockets are left out on both sides; each device stands for itself");
        }

        foreach (NetworkDevice device in _wanted.Devices)
        {
            if (_wanted.DeviceKinds.TryGetValue(device.Name, out string? kind) && kind != "veth")
            {
                _problems.Add($"device {device.Name}: made as veth, not as {kind}");
            }

            if (!device.IsLoopback && !ReplicaCommands.CanHave(device.Address))
            {
                _problems.Add($"device {device.Name}: {device.Address} can be no device's link address; it has another");
            }
        }
    }

    private void Compare(HostConfiguration found)
    {
        Dictionary<string, NetworkDevice> devices = found.Devices.ToDictionary(device => device.Name, StringComparer.Ordinal);
        foreach (NetworkDevice device in _wanted.Devices)
        {
            Compare(device, devices.GetValueOrDefault(ReplicaCommands.NameOf(device)));
        }

        Compare("route", _wanted.Routes.Select(ReplicaCommands.Describe), found.Routes.Select(ReplicaCommands.Describe));
        Compare("neighbor", _wanted.Neighbors.Select(ReplicaCommands.Describe).OfType<string>(), found.Neighbors.Select(ReplicaCommands.Describe).OfType<string>());
        CompareSettings(found);
    }

    private void Compare(NetworkDevice wanted, NetworkDevice? made)
    {
        if (made is null)
        {
            _problems.Add($"device {wanted.Name}: not made");
            return;
        }

        if (wanted.Index != made.Index || wanted.Mtu != made.Mtu)
        {
            _problems.Add($"device {wanted.Name}: made with index {made.Index} and MTU {made.Mtu}, not with {wanted.Index} and {wanted.Mtu}");
        }

        if (wanted.Flags != made.Flags)
        {
            _problems.Add($"device {wanted.Name}: made with the flags {made.Flags}, not with {wanted.Flags}");
        }

        Compare($"device {wanted.Name}: address", AddressesOf(wanted), AddressesOf(made));
        Compare($"device {wanted.Name}: group", GroupsOf(wanted), GroupsOf(made));
    }

    private void Compare(string what, IEnumerable<string> wanted, IEnumerable<string> made)
    {
        HashSet<string> there = [.. made];
        foreach (string entry in wanted.Distinct(StringComparer.Ordinal))
        {
            if (!there.Remove(entry))
            {
                _problems.Add($"{what} {entry}: not made");
            }
        }

        foreach (string entry in there)
        {
            _problems.Add($"{what} {entry}: made by the kernel, and not the host's");
        }
    }

    private void CompareSettings(HostConfiguration found)
    {
        // The calling thread is in the machine's own namespace, or the one that the command was started in.
        Dictionary<string, string> machine = SysctlTree.Read("/proc/sys/net/ipv4").ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        List<string> names = [.. ReplicaSettings.Differences(ReplicaSettings.Of(_wanted), found.KernelSettings, machine).Select(entry => $"{entry.Name} is {entry.Found}, not {entry.Wanted}")];
        if (names.Count > 0)
        {
            string more = names.Count > MostSettings ? $", and {names.Count - MostSettings} more" : string.Empty;
            _problems.Add(SnapshotFaults.OneLine($"sysctls: {string.Join(", ", names.Take(MostSettings))}{more}"));
        }
    }

    private static IEnumerable<string> AddressesOf(NetworkDevice device) => (device.IPv4?.Addresses ?? []).Select(ReplicaCommands.Describe);

    private static IEnumerable<string> GroupsOf(NetworkDevice device) => (device.IPv4?.Groups ?? []).Select(group => group.ToString());
}
