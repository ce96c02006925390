using Saker.Host.Hosts;
using Saker.Host.Oracle;
using Saker.Host.Replay;
using Saker.Kernel;
using Saker.Stack.Devices;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Verification;

/// <summary>How a capture is verified.</summary>
public sealed record VerificationOptions
{
    /// <summary>The device that the frames come in by.</summary>
    public required NetworkDevice Device { get; init; }

    /// <summary>Whether frames that the device's own station sent are received, too; otherwise nobody is asked about them.</summary>
    public bool InjectEverything { get; init; }

    /// <summary>Whether the running kernel's protocols are the host's: right where those of the host are not known. They come with the build of a kernel.</summary>
    public bool TakesKernelsProtocols { get; init; }

    /// <summary>The number of the last frame that is looked at.</summary>
    public long Last { get; init; } = long.MaxValue;

    /// <summary>
    /// The frames whose differences count, by their numbers; those of others are taken for disturbances of the machine. Null: all.
    /// </summary>
    public IReadOnlySet<long>? Only { get; init; }
}

/// <summary>
/// Puts the frames of a capture before the running kernel and before the user-space receive path, and tells where their answers differ. The kernel's side is a
/// throw-away host in network namespaces of its own, made after the description; nothing of it reaches the machine's own links. Needs root
/// (<see cref="KernelRequirements"/>).
/// </summary>
/// <remarks>
/// Frames follow each other as fast as the kernel answers, whatever the capture's own times, and the receive path's clock goes with the kernel's. So that
/// neither clock decides, both sides have no limits on ICMP messages, keep fragments for an hour, and do not ask again for neighbours.
/// </remarks>
public sealed class CaptureVerification : IDisposable
{
    private readonly VerificationOptions _options;
    private readonly KernelOracle _oracle;
    private readonly HostReplica _replica;
    private readonly StackAsker _stack;
    private readonly Exemptions _exemptions = new();
    private readonly EthernetFrames _frames;
    private readonly VerificationTotals _totals = new();

    /// <summary>Makes the throw-away host.</summary>
    /// <param name="host">The host; a stack takes its devices with it, so it serves once.</param>
    /// <param name="options">How to go about it.</param>
    /// <exception cref="KernelException">The kernel refuses what every verification needs.</exception>
    /// <exception cref="InvalidOperationException">The receiving device cannot be made.</exception>
    public CaptureVerification(HostConfiguration host, VerificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _oracle = new KernelOracle();
        try
        {
            _replica = new HostReplica(_oracle, host, options.Device);

            // The replica has devices, and nothing that stands upon them.
            host = host with { Topology = DeviceTopology.None };
            host = options.TakesKernelsProtocols ? host with { Protocols = _replica.Protocols } : host;
            _stack = new StackAsker(ReplicaSettings.Still(host), options.Device);
        }
        catch
        {
            _replica?.Dispose();
            _oracle.Dispose();
            throw;
        }

        _frames = new EthernetFrames { HostAddress = host.LinklessAddress };
    }

    /// <summary>What of the host could not be made as described, one line each: differences may come from there.</summary>
    public IReadOnlyList<string> Problems =>
        _options.TakesKernelsProtocols || _replica.ProtocolProblem is null ? _replica.Problems : [.. _replica.Problems, _replica.ProtocolProblem];

    /// <summary>Verifies a capture to its end, to its fault (<see cref="CaptureReader.Fault"/>), or until it is cancelled.</summary>
    /// <param name="reader">The capture.</param>
    /// <param name="sink">Gets every difference; null: nobody.</param>
    /// <param name="cancellationToken">Ends it early; what was found until then counts.</param>
    public VerificationTotals Run(CaptureReader reader, IVerificationSink? sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _replica.Ask(ask =>
        {
            while (!cancellationToken.IsCancellationRequested && _totals.Frames < _options.Last && reader.TryReadNext(out CaptureFrame frame))
            {
                _totals.Frames++;
                _totals.CutFrames += frame.IsCut ? 1 : 0;
                Verify(frame, ask, sink);
            }
        });
        return _totals;
    }

    /// <summary>Takes the throw-away host down.</summary>
    public void Dispose()
    {
        _stack.Dispose();
        _replica.Dispose();
        _oracle.Dispose();
    }

    private void Verify(in CaptureFrame frame, FrameAsker ask, IVerificationSink? sink)
    {
        bool isFrame = _frames.TryMake(frame, _options.Device.Address, out ReadOnlySpan<byte> bytes) && bytes.Length >= EthernetView.FixedLength;
        if (!isFrame || bytes.Length > LongestFrame)
        {
            _totals.AddNotCompared(isFrame ? $"longer than the device takes (MTU {_options.Device.Mtu})" : "shorter than a link header");
            return;
        }

        if (!_options.InjectEverything && EthernetView.TryParse(bytes, out EthernetView ethernet) && ethernet.Source == _options.Device.Address)
        {
            _totals.Outgoing++;
            return;
        }

        if (ask(bytes, out long time) is not { } kernel)
        {
            _totals.AddNotCompared("the kernel's answer was lost");
            return;
        }

        Answer stack = _stack.Ask(frame.Number, time, bytes);
        if (_exemptions.Find(bytes, kernel, stack) is { } rule)
        {
            _totals.AddNotCompared(rule);
            return;
        }

        kernel = Exemptions.WithoutGroupReports(kernel);
        stack = Exemptions.WithoutGroupReports(stack);
        if (AnswerComparison.AreEqual(kernel, stack) || _options.Only?.Contains(frame.Number) == false)
        {
            _totals.Equal++;
            return;
        }

        FrameDifference difference = new(frame.Number, kernel, stack);
        _totals.Add(difference);
        sink?.Difference(difference);
    }

    /// <summary>A veth device takes a VLAN tag beyond its MTU, and no more (<c>__is_skb_forwardable</c>).</summary>
    private int LongestFrame => _options.Device.Mtu + EthernetView.FixedLength + VlanView.FixedLength;
}
