using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Btf;
using Saker.Tests.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The running kernel as a verifier: the maps that programs name, and what it says of these.</summary>
public sealed class VerifierMachine : IDisposable
{
    private readonly List<KernelMap> _maps = [];

    /// <summary>Maps that hold programs belong to the type of the first program that is loaded with them: each type has its own.</summary>
    private readonly Dictionary<(int Number, ProgramType Type), KernelMap> _owned = [];

    private readonly KernelTypes? _types;

    public VerifierMachine()
    {
        if (KernelRequirements.WhatIsMissing is null)
        {
            _types = Load(VerifierMapSpecs.WriteTypes());
            _maps.AddRange(VerifierMapSpecs.All.Select(spec => KernelMap.Create(spec, spec.ValueTypeId != 0 ? _types : null)));
        }
    }

    public void Dispose()
    {
        _maps.ForEach(map => map.Dispose());
        foreach (var map in _owned.Values)
        {
            map.Dispose();
        }

        _types?.Dispose();
    }

    /// <summary>Asks it.</summary>
    /// <param name="case">The program.</param>
    /// <param name="log">What it says, whole, of a program that it refuses; else empty.</param>
    /// <returns>Whether it accepts the program.</returns>
    internal bool Accepts(VerifierCase @case, out string log)
    {
        var writer = VerifierMapSpecs.WriteTypes();
        ProgramFunction[] functions = [.. @case.FunctionsIn(writer)];
        using var types = functions.Length > 0 ? Load(writer) : null;
        return Accepts(@case, @case.Assemble(), types, functions, out log);
    }

    /// <summary>Asks it of a program whose code was changed, and for what it says where it refuses that.</summary>
    internal bool Accepts(VerifierCase @case, BpfInstruction[] slots, out string log) => Accepts(@case, slots, null, [], out log);

    private bool Accepts(VerifierCase @case, BpfInstruction[] code, KernelTypes? types, ProgramFunction[] functions, out string log)
    {
        var slots = Bind([.. code], @case.Type);
        var options = OptionsOf(@case, types, functions);
        using LoweredPrivilege lowered = new(@case.Privilege);
        var isAccepted = KernelProgram.TryLoad(@case.Type, slots, options, out var program, out var refusal);
        program?.Dispose();
        log = isAccepted ? "" : $"{refusal}\n{refusal!.Log}";
        return isAccepted;
    }

    private static LoadOptions OptionsOf(VerifierCase @case, KernelTypes? types, ProgramFunction[] functions) => new()
    {
        License = @case.License,
        Flags = (@case.HasStrictAlignment ? LoadFlags.StrictAlignment : LoadFlags.None) | (@case.KeepsStatesOften ? LoadFlags.FrequentStates : LoadFlags.None),
        Types = types,
        Functions = [.. functions],
    };

    private static KernelTypes Load(TypesWriter types)
    {
        Assert.True(BtfSpec.TryRead(types.ToArray(), out var spec, out var fault), fault?.ToString());
        Assert.True(KernelTypes.TryLoad(spec, out var loaded, out var refusal), refusal?.ToString());
        return loaded;
    }

    private BpfInstruction[] Bind(BpfInstruction[] slots, ProgramType type)
    {
        for (var i = 0; i < slots.Length; i += slots[i].IsWide ? 2 : 1)
        {
            if (slots[i].IsWide && (ConstantKind)slots[i].Source is ConstantKind.Map or ConstantKind.MapValue && slots[i].Immediate >= 0 && slots[i].Immediate < _maps.Count)
            {
                slots[i] = slots[i].WithImmediate((int)MapOf(slots[i].Immediate, type).Descriptor.DangerousGetHandle());
            }
        }

        return slots;
    }

    private KernelMap MapOf(int number, ProgramType type)
    {
        var spec = VerifierMapSpecs.All[number];
        if (spec.Type is not (MapType.ProgramArray or MapType.DeviceMap or MapType.DeviceMapHash or MapType.CpuMap))
        {
            return _maps[number];
        }

        if (!_owned.TryGetValue((number, type), out var map))
        {
            map = KernelMap.Create(spec, null);
            _owned.Add((number, type), map);
        }

        return map;
    }
}
