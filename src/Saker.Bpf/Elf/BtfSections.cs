using System.Buffers.Binary;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Reads <c>.BTF</c> and <c>.BTF.ext</c>, after the places in them that depend on the file's layout are filled in.</summary>
internal sealed class BtfSections(ElfFile file)
{
    public ObjectFault? Read(out BtfSpec? types, out BtfExtension? extension)
    {
        types = null;
        extension = null;
        if (file.Find(BtfSpec.SectionName) is not { } section)
        {
            return null;
        }

        if (Relocated(section, out byte[] bytes) is { } fault)
        {
            return fault;
        }

        if (!BtfSpec.TryRead(bytes, out types, out ObjectFault? wrong))
        {
            return wrong;
        }

        if (types.IsBigEndian != file.IsBigEndian)
        {
            return section.Fault(0, "its byte order is not the file's");
        }

        types = WithLayout(types);
        return file.Find(BtfExtension.SectionName) is { } lines ? Relocated(lines, out bytes) ?? BtfExtension.Read(bytes, file.IsBigEndian, types, out extension) : null;
    }

    /// <summary>Compilers leave the size and order of sections of variables open, and of what is asked of the kernel's configuration all places; a kernel wants them.</summary>
    private BtfSpec WithLayout(BtfSpec types) => types.With(type => type is not BtfDataSection data ? type
        : data.Name == ConfigurationLayout.SectionName ? ConfigurationLayout.Of(types, data)
        : data.Size == 0 && file.Find(data.Name) is { Size: <= uint.MaxValue } section ? data with { Size = (uint)section.Size, Variables = [.. data.Variables.OrderBy(variable => variable.Offset)] }
        : data);

    /// <summary>The section with the values of symbols added where relocations say: a variable's offset in its section, a line's in its code.</summary>
    private ObjectFault? Relocated(ElfSection section, out byte[] bytes)
    {
        bytes = section.Bytes.ToArray();
        if (file.ReadRelocations(section, out List<ElfRelocation> relocations) is { } fault)
        {
            return fault;
        }

        foreach (ElfRelocation relocation in relocations)
        {
            // Compilers before LLVM 13 had one type for calls and for these; before LLVM 10 some said nothing of what belongs here.
            if (relocation.Type is not (ElfRelocation.Unsaid or ElfRelocation.Absolute32 or ElfRelocation.Debug32 or ElfRelocation.Call))
            {
                return section.Fault((long)Math.Min(relocation.Offset, long.MaxValue), $"a relocation of type {relocation.Type} belongs here, and only words of 32 bits do");
            }

            if (relocation.Offset > (ulong)bytes.Length || (ulong)bytes.Length - relocation.Offset < 4)
            {
                return section.Fault(bytes.Length, $"a relocation belongs to 0x{relocation.Offset:x}, behind the end");
            }

            Span<byte> word = bytes.AsSpan((int)relocation.Offset);
            if (file.IsBigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(word, BinaryPrimitives.ReadUInt32BigEndian(word) + (uint)relocation.Symbol.Value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) + (uint)relocation.Symbol.Value);
            }
        }

        return null;
    }
}
