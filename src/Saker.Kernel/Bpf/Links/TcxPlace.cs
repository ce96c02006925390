namespace Saker.Kernel.Bpf;

/// <summary>Where among the programs of a device's hook one is put (tcx).</summary>
public readonly record struct TcxPlace
{
    private const uint BeforeFlag = 1 << 3, AfterFlag = 1 << 4, LinkFlag = 1 << 13;

    private TcxPlace(uint flags, KernelProgram? program = null, KernelLink? link = null)
    {
        Flags = flags;
        AnchorProgram = program;
        AnchorLink = link;
    }

    /// <summary>In front of all.</summary>
    public static TcxPlace First { get; } = new(BeforeFlag);

    /// <summary>Behind all.</summary>
    public static TcxPlace Last { get; } = new(AfterFlag);

    internal uint Flags { get; }

    internal KernelProgram? AnchorProgram { get; }

    internal KernelLink? AnchorLink { get; }

    /// <summary>Right in front of a program.</summary>
    public static TcxPlace Before(KernelProgram program) => new(BeforeFlag, program);

    /// <summary>Right behind a program.</summary>
    public static TcxPlace After(KernelProgram program) => new(AfterFlag, program);

    /// <summary>Right in front of the program that a link attaches.</summary>
    public static TcxPlace Before(KernelLink link) => new(BeforeFlag | LinkFlag, link: link);

    /// <summary>Right behind the program that a link attaches.</summary>
    public static TcxPlace After(KernelLink link) => new(AfterFlag | LinkFlag, link: link);
}
