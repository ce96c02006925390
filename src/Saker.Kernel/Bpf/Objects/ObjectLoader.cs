using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>Loads an object, stage by stage; what was made before a stage failed is given up.</summary>
internal sealed class ObjectLoader(ObjectSpec given, KernelObjectOptions options)
{
    private readonly ObjectSpec _given = given;
    private readonly Dictionary<string, KernelProgram> _programs = [];

    private ObjectSpec _spec = given;
    private MapLoader? _maps;
    private KernelTypes? _types;
    private KernelRefusal? _typesRefusal;

    /// <summary>Why there is no object; null: there is one.</summary>
    public KernelRefusal? Refusal { get; private set; }

    public KernelObject? Load()
    {
        KernelObject? loaded = null;
        try
        {
            Refusal = CheckMachine() ?? Choose() ?? Relocate() ?? Configure() ?? LoadTypes() ?? MakeMaps() ?? LoadPrograms() ?? _maps!.FillSlots(_spec, _programs);
            if (Refusal is null)
            {
                loaded = new KernelObject(_spec, _types, _typesRefusal, _maps!.Maps, _programs, [.. options.Maps.Values]);
            }
        }
        finally
        {
            if (loaded is null)
            {
                GiveUp();
            }
        }

        return loaded;
    }

    private KernelRefusal? CheckMachine() => _spec.IsBigEndian == !BitConverter.IsLittleEndian
        ? null
        : new KernelRefusal($"the object is for {(_spec.IsBigEndian ? "big" : "little")}-endian machines, and this is none: compile it with '-target bpf{(BitConverter.IsLittleEndian ? "el" : "eb")}'", 0);

    /// <summary>Leaves out what is not to be loaded.</summary>
    private KernelRefusal? Choose()
    {
        if (_spec.Programs.Select(program => program.Name).Concat(_spec.Maps.Select(map => map.Name)).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } several)
        {
            return new KernelRefusal($"the object has {several.Count()} maps or programs '{several.Key}', which must have names of their own", 0);
        }

        if (options.Programs?.FirstOrDefault(name => _spec.FindProgram(name) is null) is { } unknown)
        {
            return new KernelRefusal($"the object has no program '{unknown}'; it has {string.Join(", ", _spec.Programs.Select(program => program.Name))}", 0);
        }

        if (options.Maps.Keys.FirstOrDefault(name => _spec.FindMap(name) is null) is { } unknownMap)
        {
            return new KernelRefusal($"the object has no map '{unknownMap}'; it has {string.Join(", ", _spec.Maps.Select(map => map.Name))}", 0);
        }

        _spec = _spec with { Programs = [.. _spec.Programs.Where(program => options.Programs?.Contains(program.Name) ?? !program.IsOptional)] };
        return null;
    }

    private KernelRefusal? Relocate()
    {
        if (_spec.Programs.All(program => program.CoreRelocations.IsEmpty))
        {
            return null;
        }

        if (!_spec.TryRelocate(options.RelocationTypes ?? KernelTypes.Own, out ObjectSpec? relocated, out ObjectFault? fault))
        {
            return new KernelRefusal(fault.ToString(), 0);
        }

        _spec = relocated;
        return null;
    }

    private KernelRefusal? Configure()
    {
        if (!KernelConfiguration.Values.TryApply(_spec, out ObjectSpec? configured, out string? fault))
        {
            return new KernelRefusal(fault, 0);
        }

        _spec = configured;
        return null;
    }

    private KernelRefusal? LoadTypes()
    {
        if (_spec.Types is { } types)
        {
            _ = KernelTypes.TryLoad(types, out _types, out _typesRefusal, _spec.Programs.SelectMany(program => program.Lines));
        }

        return null;
    }

    private KernelRefusal? MakeMaps()
    {
        _maps = new MapLoader(options, _types);
        return _maps.Make(_spec);
    }

    private KernelRefusal? LoadPrograms()
    {
        foreach (ProgramSpec program in _spec.Programs)
        {
            if (program.Type == ProgramType.Unspecified)
            {
                return new KernelRefusal($"the section '{program.Section}' does not say what the program '{program.Name}' is for: name it as libbpf does ('xdp', 'tc', ...), or give the spec a type", 0);
            }

            BpfInstruction[] code = [];
            ReferenceBinder binder = new(_spec, program, _maps!.Maps);
            KernelRefusal? refusal = AttachTargets.Find(program, out uint attachType) ?? binder.TryBind(out code);
            if (refusal is not null)
            {
                return refusal;
            }

            bool isBound = options.Device != 0 && program.Type == ProgramType.Xdp;
            LoadOptions how = new()
            {
                Name = program.Name,
                License = _spec.License,
                AttachType = program.AttachType,
                Flags = (program.IsSleepable ? LoadFlags.Sleepable : LoadFlags.None) | (program.TakesFragments ? LoadFlags.Fragments : LoadFlags.None) | (isBound ? LoadFlags.DeviceBound : LoadFlags.None),
                Interface = isBound ? options.Device : 0,
                KernelVersion = _spec.KernelVersion ?? 0,
                Types = _types,
                Functions = program.Functions,
                Lines = program.Lines,
                AttachTypeId = attachType,
                CountsWork = options.CountsWork,
            };
            if (!KernelProgram.TryLoad(program.Type, code, how, out KernelProgram? loaded, out ProgramRefusal? reason))
            {
                return reason with { Advice = PoisonedCode.Explain(reason, program, _given) };
            }

            _programs.Add(program.Name, loaded);
        }

        return null;
    }

    private void GiveUp()
    {
        foreach (KernelProgram program in _programs.Values)
        {
            program.Dispose();
        }

        _maps?.GiveUp();
        _types?.Dispose();
    }
}
