using Saker.Host.Explain;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Inspection;

/// <summary>What a number in a tree of protocols is.</summary>
internal enum ProtocolLayer : byte
{
    Link,
    EtherType,
    IPProtocol,
    Port,
}

/// <summary>A protocol behind those that carried it.</summary>
public sealed class ProtocolNode
{
    private readonly List<ProtocolNode> _children = [];

    internal ProtocolNode(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Frames that had it.</summary>
    public long Frames { get; internal set; }

    /// <summary>Their bytes on the wire, from the link header on.</summary>
    public long Bytes { get; internal set; }

    /// <summary>What it carried, the most frames first.</summary>
    public IEnumerable<ProtocolNode> Children => _children.OrderByDescending(child => child.Frames).ThenBy(child => child.Name, StringComparer.Ordinal);

    internal void Add(ProtocolNode child) => _children.Add(child);
}

/// <summary>The protocols of a capture, each below the one that carried it. At most <see cref="MaximumNodes"/> are kept; what is beyond is counted with its carrier only.</summary>
public sealed class ProtocolTree
{
    /// <summary>How many protocols are kept.</summary>
    public const int MaximumNodes = 4096;

    private readonly Dictionary<(ProtocolNode? Carrier, ProtocolLayer Layer, int Number), ProtocolNode> _nodes = [];
    private readonly ProtocolNode _root = new(string.Empty);

    /// <summary>The link types.</summary>
    public IEnumerable<ProtocolNode> Roots => _root.Children;

    /// <summary>How often a protocol found no place.</summary>
    public long Beyond { get; private set; }

    /// <summary>A frame has a protocol.</summary>
    /// <returns>Where what it carries belongs.</returns>
    internal ProtocolNode? Count(ProtocolNode? carrier, ProtocolLayer layer, int number, int bytes)
    {
        if (carrier is null && layer != ProtocolLayer.Link)
        {
            return null;
        }

        if (!_nodes.TryGetValue((carrier, layer, number), out ProtocolNode? node))
        {
            if (_nodes.Count >= MaximumNodes)
            {
                Beyond++;
                return null;
            }

            node = new ProtocolNode(NameOf(layer, number));
            _nodes.Add((carrier, layer, number), node);
            (carrier ?? _root).Add(node);
        }

        node.Frames++;
        node.Bytes += bytes;
        return node;
    }

    private static string NameOf(ProtocolLayer layer, int number) => layer switch
    {
        ProtocolLayer.Link => number == (int)LinkType.Ethernet ? "Ethernet" : LinkTypes.NameOf((LinkType)number) ?? $"link type {number}",
        ProtocolLayer.EtherType => ProtocolNames.Of((EtherType)number),
        ProtocolLayer.IPProtocol => ProtocolNames.Of((IPProtocol)number),
        _ => ProtocolNames.OfPort((ushort)number) ?? $"port {number}",
    };
}
