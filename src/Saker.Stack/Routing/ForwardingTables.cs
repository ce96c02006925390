namespace Saker.Stack.Routing;

/// <summary>Where the forwarding information base now in force is found. The control thread puts another in its place; readers take no lock.</summary>
public sealed class ForwardingTables
{
    private volatile ForwardingInformation _current;

    /// <summary>Begins with a forwarding information base.</summary>
    public ForwardingTables(ForwardingInformation initial) => _current = initial;

    /// <summary>The one in force.</summary>
    public ForwardingInformation Current
    {
        get => _current;
        set => _current = value;
    }
}
