using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.Host.Links;

/// <summary>
/// What moves the frames of a device of a <see cref="Saker.Stack.NetworkStack"/>: a device of the running kernel, a capture, or a wire in memory. Its queues are attached to the
/// stack (<see cref="Saker.Stack.NetworkStack.Attach"/>), which closes them; the link itself is disposed of after the stack.
/// </summary>
public interface ILink : IDisposable
{
    /// <summary>What it is, as on the command line: <c>packet:veth0</c>.</summary>
    string Name { get; }

    /// <summary>The link address that frames come to without further ado.</summary>
    MacAddress Address { get; }

    /// <summary>The longest packet that it takes, without the link header.</summary>
    int Mtu { get; }

    /// <summary>Its queues.</summary>
    IReadOnlyList<ILinkQueue> Queues { get; }

    /// <summary>How its driver is to treat frames.</summary>
    LinkOptions Options { get; }

    /// <summary>What was lost on the link itself, before the driver or behind it, and why. For any thread; the numbers only grow.</summary>
    IReadOnlyList<LinkLoss> Losses { get; }

    /// <summary>What has ended the link before its time, in one line; null: nothing.</summary>
    string? Fault { get; }
}

/// <summary>Frames that a link has lost for a reason.</summary>
/// <param name="Reason">Why, as a user sees it.</param>
/// <param name="Count">How many.</param>
public readonly record struct LinkLoss(string Reason, long Count);
