using System.CommandLine;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Inventory;
using Saker.Host.Programs;
using Saker.Kernel.Bpf;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf map</c>: maps in the running kernel, and what objects begin with.</summary>
internal static class BpfMapCommand
{
    /// <summary>Makes the command with what is below it.</summary>
    public static Command Create() => new("map", "Maps in the running kernel, and what the maps of an object begin with.")
    {
        CreateList(),
        CreateDump(),
    };

    private static Command CreateList()
    {
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Command list = new("list", "List the maps in the running kernel, whoever made them (as root).") { json };
        list.SetAction(parsed => List(parsed.GetValue(json)));
        return list;
    }

    private static Command CreateDump()
    {
        Argument<string> source = new("ID|PIN|PROG.o")
        {
            Description = "A map in the kernel by its id (as root) or by the path at which it is pinned; or an object, whose maps are shown as they begin.",
        };
        Option<string?> name = new("--map") { Description = "Of an object: only the map or section of this name.", HelpName = "NAME" };
        Option<bool> json = new("--json") { Description = "One JSON object for each map." };
        Command dump = new("dump", "Print the entries of a map, keys and values as their types say where those are known.") { source, name, json };
        dump.SetAction(parsed => Dump(parsed.GetRequiredValue(source), parsed.GetValue(name), parsed.GetValue(json)));
        return dump;
    }

    private static int List(bool json)
    {
        IReadOnlyList<MapDescription> maps = KernelInventory.Maps();
        if (json)
        {
            using Stream output = Terminal.OpenOutput();
            InventoryJson.Write(output, maps);
            return ExitCode.Success;
        }

        Columns columns = new(Terminal.Output);
        if (maps.Count == 0)
        {
            columns.Line("the kernel holds no maps");
        }

        Table table = new(">id", "type", "name", ">key", ">value", ">entries", "flags");
        foreach (MapDescription map in maps)
        {
            string flags = map.Flags == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"0x{map.Flags:x}");
            table.Add(
                map.Id.ToString(CultureInfo.InvariantCulture),
                map.Type.KernelName(),
                Printable.Of(map.Name),
                map.KeySize.ToString(CultureInfo.InvariantCulture),
                map.ValueSize.ToString(CultureInfo.InvariantCulture),
                map.MaximumEntries.ToString("N0", CultureInfo.InvariantCulture),
                map.IsFrozen ? $"{flags} frozen".TrimStart() : flags);
        }

        table.Print(columns);
        return ExitCode.Success;
    }

    private static int Dump(string source, string? name, bool json)
    {
        bool isId = uint.TryParse(source, NumberStyles.None, CultureInfo.InvariantCulture, out uint id);
        if (!isId && !(File.Exists(source) && BpfFileSystem.Contains(source)))
        {
            return DumpObject(source, name, json);
        }

        if (name is not null)
        {
            return ExitCode.Refuse("--map chooses among the maps of an object, and this is one map of the kernel.");
        }

        using KernelMap map = isId ? KernelMap.OpenById(id) : KernelMap.OpenPinned(source);
        using KernelTypes? types = map.TypesId == 0 ? null : KernelTypes.OpenById(map.TypesId);
        Print([(map.Name, MapContents.Read(map), new MapTypes(types?.Read(), map.KeyTypeId, map.ValueTypeId))], null, json);
        return ExitCode.Success;
    }

    private static int DumpObject(string path, string? name, bool json)
    {
        if (!ObjectFile.TryRead(path, out ObjectSpec? spec, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        if (name is not null && spec.FindMap(name) is null)
        {
            return ExitCode.Refuse($"{path}: the object has no map '{name}'; it has {string.Join(", ", spec.Maps.Select(map => map.Name))}.");
        }

        if (!LoadedObject.TryLoad(spec, new ObjectLoadOptions { Programs = [] }, out LoadedObject? loaded, out LoadFault? unfit))
        {
            return ExitCode.Fail($"{path}: {unfit}");
        }

        using (loaded)
        {
            Print([.. loaded.Maps.Where(map => name is null || map.Key == name).Select(map => (map.Key, MapContents.Read(map.Value), MapTypes.Of(spec, map.Key)))], loaded.Spec, json);
        }

        return ExitCode.Success;
    }

    private static void Print((string Name, MapContents Contents, MapTypes Types)[] maps, ObjectSpec? spec, bool json)
    {
        if (json)
        {
            using Stream output = Terminal.OpenOutput();
            foreach ((_, MapContents contents, MapTypes types) in maps)
            {
                InventoryJson.Write(output, contents, types);
            }

            return;
        }

        Columns columns = new(Terminal.Output);
        MapReport report = new(columns);
        for (int i = 0; i < maps.Length; i++)
        {
            if (i > 0)
            {
                columns.Line();
            }

            if (spec?.FindMap(maps[i].Name) is { IsSection: true })
            {
                report.PrintVariables(maps[i].Contents, spec, maps[i].Name);
            }
            else
            {
                report.Print(maps[i].Contents, maps[i].Types);
            }
        }
    }
}
