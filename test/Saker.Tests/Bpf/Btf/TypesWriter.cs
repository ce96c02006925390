using System.Buffers.Binary;
using System.Text;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Writes little-endian sections of BTF word by word, valid or not. Type numbers begin at 1, or behind those of a base.</summary>
internal sealed class TypesWriter(uint first = 1, uint firstString = 0)
{
    private readonly List<byte> _types = [];
    private readonly List<byte> _strings = [];
    private readonly Dictionary<string, uint> _known = [];
    private uint _next = first;

    /// <summary>The number that the next type will have.</summary>
    public uint Next => _next;

    /// <summary>Adds a string, once, and gives its offset.</summary>
    public uint Text(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        // What goes on from other strings has no empty one of its own.
        if (_strings.Count == 0 && firstString == 0)
        {
            _strings.Add(0);
        }

        if (!_known.TryGetValue(text, out uint at))
        {
            at = firstString + (uint)_strings.Count;
            _known.Add(text, at);
            _strings.AddRange(Encoding.UTF8.GetBytes(text + "\0"));
        }

        return at;
    }

    /// <summary>Adds a record and gives its number.</summary>
    /// <param name="kind">The kind (<c>BTF_KIND_*</c>).</param>
    /// <param name="name">The name.</param>
    /// <param name="count">How many members, values or parameters are told.</param>
    /// <param name="word">Size or type.</param>
    /// <param name="rest">What stands behind it.</param>
    public uint Add(uint kind, string name, uint count, uint word, params uint[] rest)
    {
        Words(Text(name), (kind << 24) | count, word);
        Words(rest);
        return _next++;
    }

    public uint Integer(string name = "int") => Add(1, name, 0, 4, (1 << 24) | 32);

    public uint Pointer(uint target) => Add(2, "", 0, target);

    public uint Array(uint element, uint count) => Add(3, "", 0, 0, element, element, count);

    public uint Structure(string name, uint size, params (string Name, uint Type, uint Bit)[] members) =>
        Add(4, name, (uint)members.Length, size, [.. members.SelectMany(member => new[] { Text(member.Name), member.Type, member.Bit })]);

    public uint Typedef(string name, uint target) => Add(8, name, 0, target);

    public uint Prototype(uint returned, params uint[] parameters) => Add(13, "", (uint)parameters.Length, returned, [.. parameters.SelectMany(type => new[] { Text("p"), type })]);

    public uint Function(string name, uint prototype) => Add(12, name, 1, prototype);

    public uint Variable(string name, uint type) => Add(14, name, 0, type, 1);

    public uint DataSection(string name, uint size, params (uint Variable, uint Offset, uint Size)[] places) =>
        Add(15, name, (uint)places.Length, size, [.. places.SelectMany(place => new[] { place.Variable, place.Offset, place.Size })]);

    public byte[] ToArray()
    {
        if (_strings.Count == 0 && firstString == 0)
        {
            _strings.Add(0);
        }

        byte[] types = _types.ToArray();
        byte[] strings = _strings.ToArray();
        byte[] bytes = new byte[24 + types.Length + strings.Length];
        bytes[0] = 0x9F;
        bytes[1] = 0xEB;
        bytes[2] = 1;
        uint[] header = [24, 0, (uint)types.Length, (uint)types.Length, (uint)strings.Length];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + (i * 4)), header[i]);
        }

        types.CopyTo(bytes, 24);
        strings.CopyTo(bytes, 24 + types.Length);
        return bytes;
    }

    private void Words(params uint[] words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            _types.AddRange(bytes);
        }
    }
}
