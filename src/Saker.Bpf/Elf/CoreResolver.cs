using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>
/// Answers relocations of one object: finds the kernel's types of the same name, and asks each that agrees. Those that agree must answer the same. What was answered once is
/// kept, since a function that many programs share asks the same in each.
/// </summary>
internal sealed class CoreResolver(BtfSpec local, BtfSpec target)
{
    private readonly CoreMatching _matching = new(local, target);
    private readonly Dictionary<(CoreRelocationKind Kind, uint Type, string Access), CoreResult> _known = [];

    public CoreResult Resolve(CoreRelocation relocation)
    {
        (CoreRelocationKind, uint, string) question = (relocation.Kind, relocation.TypeId, relocation.Access);
        if (!_known.TryGetValue(question, out CoreResult result))
        {
            result = Find(relocation);
            if (_matching.IsExhausted)
            {
                return Wrong($"to find what all relocations ask for takes more than {CoreMatching.MostStepsOfAll} steps through the types");
            }

            _known.Add(question, result);
        }

        return result;
    }

    private CoreResult Find(CoreRelocation relocation)
    {
        if (relocation.Kind == CoreRelocationKind.TypeIdLocal)
        {
            return Of(relocation.TypeId);
        }

        BtfType type = local[relocation.TypeId];
        if (type.Name.Length == 0)
        {
            return Wrong("the type has no name by which the kernel's could be found");
        }

        return relocation.Kind switch
        {
            <= CoreRelocationKind.FieldRightShift => ResolveField(relocation),
            CoreRelocationKind.EnumeratorExists or CoreRelocationKind.EnumeratorValue => ResolveEnumerator(relocation, type),
            _ => ResolveType(relocation),
        };
    }

    private CoreResult ResolveField(CoreRelocation relocation)
    {
        if (CoreField.Follow(local, relocation.TypeId, relocation.Access, out CoreField field) is { } problem)
        {
            return Wrong(problem);
        }

        _matching.TrySpend(field.Steps.Count);
        if (relocation.Kind == CoreRelocationKind.FieldExists)
        {
            return Of(Candidates(relocation.TypeId).Any(id => _matching.FindField(field, id) is not null) ? 1UL : 0);
        }

        CoreResult? result = null;
        foreach (uint id in Candidates(relocation.TypeId))
        {
            if (_matching.FindField(field, id) is not { } found)
            {
                continue;
            }

            CoreResult answer = Ask(relocation.Kind, field, found);
            if (result is { } known && (known.Value != answer.Value || known.Problem != answer.Problem))
            {
                return Wrong("the kernel has several types of this name, which differ in it");
            }

            result = answer;
        }

        return result ?? default;
    }

    private CoreResult Ask(CoreRelocationKind kind, CoreField field, CoreField found)
    {
        (ulong? value, uint size, string? problem) = found.Ask(kind, local.IsBigEndian);
        if (problem is not null || kind != CoreRelocationKind.FieldByteOffset)
        {
            return new CoreResult(value, problem, 0, 0, MayChangeSize: false);
        }

        (_, uint localSize, problem) = field.Ask(kind, local.IsBigEndian);
        bool mayChange = (local.Resolve(field.Type), target.Resolve(found.Type)) switch
        {
            (BtfPointer, BtfPointer) => true,
            (BtfInteger one, BtfInteger other) => ((one.Encoding | other.Encoding) & BtfIntegerEncoding.Signed) == BtfIntegerEncoding.None,
            _ => false,
        };

        // Bit fields are loaded with what FieldByteSize says, and have no size here.
        return size == 0 || localSize == 0
            ? new CoreResult(value, problem, 0, 0, mayChange)
            : new CoreResult(value, problem, localSize, size, mayChange);
    }

    private CoreResult ResolveEnumerator(CoreRelocation relocation, BtfType type)
    {
        if (local.Resolve(type.Id) is not BtfEnumeration enumeration || CoreField.ParseAccess(relocation.Access) is not [var number] || number >= enumeration.Values.Length)
        {
            return Wrong($"'{relocation.Access}' is no value of the type");
        }

        string name = enumeration.Values[(int)number].Name;
        ulong? value = null;
        foreach (uint id in Candidates(type.Id))
        {
            if (target.Resolve(id) is not BtfEnumeration known)
            {
                continue;
            }

            foreach (BtfEnumerator enumerator in known.Values)
            {
                if (_matching.TrySpend() && CoreMatching.EssentiallyEqual(enumerator.Name, name))
                {
                    if (value is not null && value != (ulong)enumerator.Value && relocation.Kind == CoreRelocationKind.EnumeratorValue)
                    {
                        return Wrong($"the kernel has several types of this name, which differ in {name}");
                    }

                    value = (ulong)enumerator.Value;
                    break;
                }
            }
        }

        return relocation.Kind == CoreRelocationKind.EnumeratorExists ? Of(value is null ? 0UL : 1) : new CoreResult(value, null, 0, 0, MayChangeSize: false);
    }

    private CoreResult ResolveType(CoreRelocation relocation)
    {
        if (relocation.Access != "0")
        {
            return Wrong($"a question about a whole type has the way '0', and this one '{relocation.Access}'");
        }

        ulong? value = null;
        foreach (uint id in Candidates(relocation.TypeId))
        {
            if (!(relocation.Kind == CoreRelocationKind.TypeMatches ? _matching.IsMatch(relocation.TypeId, id) : _matching.AreCompatible(relocation.TypeId, id)))
            {
                continue;
            }

            ulong? answer = relocation.Kind switch
            {
                CoreRelocationKind.TypeIdTarget => id,
                CoreRelocationKind.TypeSize => target.SizeOf(id),
                _ => 1,
            };
            if (value is not null && value != answer)
            {
                return Wrong("the kernel has several types of this name, which differ in it");
            }

            value = answer;
        }

        return relocation.Kind is CoreRelocationKind.TypeExists or CoreRelocationKind.TypeMatches ? Of(value ?? 0) : new CoreResult(value, null, 0, 0, MayChangeSize: false);
    }

    /// <summary>The kernel's types that may be meant: of the same name, flavours aside, and of the same kind. Each begins a new pair.</summary>
    private IEnumerable<uint> Candidates(uint localId)
    {
        BtfType type = local[localId];
        return target.FindByEssentialName(BtfSpec.EssentialName(type.Name))
            .TakeWhile(_ => _matching.TryBegin())
            .Where(id => CoreMatching.AreSameKind(type, target[id]));
    }

    private static CoreResult Of(ulong value) => new(value, null, 0, 0, MayChangeSize: false);

    private static CoreResult Wrong(string problem) => new(null, problem, 0, 0, MayChangeSize: false);
}
