namespace Saker.Stack.Core.TrafficControl;

/// <summary>What a classifier says of a packet (<c>TC_ACT_OK</c> and its siblings in <c>linux/pkt_cls.h</c>; the numbers are the kernel's).</summary>
public enum TrafficVerdict
{
    /// <summary>No answer: the next one is asked. Of a program: <c>TCX_NEXT</c>.</summary>
    Unspecified = -1,

    /// <summary>The packet goes on, and nobody else is asked.</summary>
    Ok = 0,

    /// <summary>The filters are asked again from the first one on, at most 16 times.</summary>
    Reclassify = 1,

    /// <summary>The packet is dropped.</summary>
    Shot = 2,

    /// <summary>As <see cref="Ok"/>, where no further action follows.</summary>
    Pipe = 3,

    /// <summary>The packet is taken away, and has not been dropped.</summary>
    Stolen = 4,

    /// <summary>As <see cref="Stolen"/>.</summary>
    Queued = 5,

    /// <summary>As <see cref="Ok"/>, where no action can be repeated.</summary>
    Repeat = 6,

    /// <summary>The packet goes where <see cref="TrafficContext.Redirect"/> was told.</summary>
    Redirect = 7,

    /// <summary>As <see cref="Stolen"/>, where no card sends packets up to be looked at.</summary>
    Trap = 8,
}
