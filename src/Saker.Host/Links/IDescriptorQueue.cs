using System.Runtime.InteropServices;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links;

/// <summary>A queue whose frames are told of by a descriptor.</summary>
public interface IDescriptorQueue : ILinkQueue
{
    /// <summary>Can be read when frames wait.</summary>
    SafeHandle Descriptor { get; }

    /// <summary>The descriptor has an error: takes it away, so that it can be waited for again.</summary>
    /// <returns>False if it is for ever: nothing will come any more.</returns>
    bool TryRecover();
}
