using System.Diagnostics.CodeAnalysis;
using System.Text;
using Saker.Host.Links;
using Saker.Host.Links.Kernel;
using Saker.Kernel;
using Saker.Kernel.Devices;
using Saker.Kernel.Tap;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary>A link as it is named on the command line.</summary>
internal sealed class LinkChoice
{
    private const string Kinds = "xdp:DEV, packet:DEV or tap:NAME";

    private readonly string _kind;
    private readonly string _device;
    private readonly IReadOnlyList<int> _queues;
    private readonly MacAddress? _address;

    private LinkChoice(string kind, string device, IReadOnlyList<int> queues, MacAddress? address)
    {
        _kind = kind;
        _device = device;
        _queues = queues;
        _address = address;
    }

    /// <summary>How many queues it has.</summary>
    public int Queues => _queues.Count;

    /// <summary>What it is called.</summary>
    public string Name => $"{_kind}:{_device}";

    /// <summary>The right that it takes.</summary>
    public string Capability => _kind switch { "tap" => "CAP_NET_ADMIN", "xdp" => "CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF", _ => "CAP_NET_RAW" };

    /// <summary>Reads a link's name.</summary>
    /// <param name="text">The name.</param>
    /// <param name="queues">How many queues it is to have; null: those that the name tells, or one.</param>
    /// <param name="address">The link address; null: as is usual for such a link.</param>
    /// <param name="choice">The link.</param>
    /// <param name="fault">What is wrong, in one line; empty if nothing is.</param>
    public static bool TryParse(string text, int? queues, MacAddress? address, [NotNullWhen(true)] out LinkChoice? choice, out string fault)
    {
        choice = null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        string device = colon < 0 ? string.Empty : text[(colon + 1)..];
        IReadOnlyList<int> numbers = [.. Enumerable.Range(0, queues ?? 1)];
        if (kind == "xdp" && device.IndexOf(':', StringComparison.Ordinal) is > 0 and var second)
        {
            if (!NumberList.TryParse(device[(second + 1)..], out List<int> listed) || listed.Distinct().Count() != listed.Count || (queues ?? listed.Count) != listed.Count)
            {
                fault = $"--link xdp:DEV:QUEUES takes queues once each, as in 0-3 or 0,2, and as many as --queues says; '{device[(second + 1)..]}' is none of that.";
                return false;
            }

            device = device[..second];
            numbers = listed;
        }

        fault = kind switch
        {
            not ("xdp" or "packet" or "tap") => $"--link takes {Kinds}; '{text}' is none.",
            _ when device.Length == 0 || Encoding.UTF8.GetByteCount(device) > DeviceName.LongestLength || device.AsSpan().IndexOfAny(" /\t\n:") >= 0 || device is "." or ".." =>
                $"--link takes {Kinds}; '{device}' can be no interface's name.",
            _ => string.Empty,
        };
        if (fault.Length == 0)
        {
            choice = new LinkChoice(kind, device, numbers, address);
        }

        return choice is not null;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public ILink Open() => _kind switch
    {
        "tap" => TapLink.Open(new TapLinkOptions { Tap = new TapOptions { Name = _device, Queues = Queues }, Address = _address }),
        "xdp" => XdpLink.Open(new XdpLinkOptions { Device = _device, Queues = _queues, Address = _address }),
        _ => PacketLink.Open(new PacketLinkOptions { Device = _device, Queues = Queues, Address = _address }),
    };

    /// <summary>What may help against a refusal, to be put behind it.</summary>
    public string Advice(KernelException refusal)
    {
        const int InvalidArgument = 22, Busy = 16, NoFile = 2, NoDevice = 19;
        return (_kind, refusal.ErrorNumber) switch
        {
            ("tap", InvalidArgument) => "; an interface of this name is there, of another kind or with another number of queues: choose another name",
            ("tap", Busy) => "; another process has it, or as many queues as it can have: choose another name",
            ("tap", NoFile or NoDevice) => "; this kernel has no TAP devices (CONFIG_TUN)",
            ("packet" or "xdp", NoDevice) => "; 'ip link' lists the interfaces",
            _ => string.Empty,
        };
    }
}
