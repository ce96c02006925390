using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>
/// Whether a program's view of a type agrees with the kernel's type. Views may be partial: names count, not places. What must be looked at is bounded: for a pair of types,
/// beyond which they do not agree, and for all pairs of an object, beyond which it is refused (<see cref="IsExhausted"/>).
/// </summary>
/// <param name="local">The program's types.</param>
/// <param name="target">The kernel's.</param>
internal sealed class CoreMatching(BtfSpec local, BtfSpec target)
{
    private const int DeepestNesting = 32;
    private const int MostSteps = 100_000;
    /// <summary>The most steps of all pairs together: a step looks at a type, a member or a value.</summary>
    public const int MostStepsOfAll = 20_000_000;

    /// <summary>The steps that taking up a pair is worth.</summary>
    private const int StepsOfPair = 16;

    private int _steps;
    private int _stepsOfAll;

    /// <summary>Whether all steps are spent, so that answers are worth nothing.</summary>
    public bool IsExhausted => _stepsOfAll > MostStepsOfAll;

    /// <summary>Begins with a new pair of types; false: no steps are left for it.</summary>
    public bool TryBegin()
    {
        _steps = 0;
        return TrySpend(StepsOfPair);
    }

    /// <summary>Spends steps; false: there are none left.</summary>
    public bool TrySpend(int steps = 1)
    {
        _steps += steps;
        _stepsOfAll = IsExhausted ? _stepsOfAll : _stepsOfAll + steps;
        return _steps <= MostSteps && !IsExhausted;
    }

    /// <summary>Follows the way to a field by its names through a type of the kernel; null: there is no such field.</summary>
    public CoreField? FindField(CoreField way, uint root)
    {
        CoreField found = new(target) { Type = root };
        if (target.SizeOf(root) is not { } size)
        {
            return null;
        }

        found.BitOffset = (ulong)way.Steps[0].Index * size * 8;
        for (int i = 1; i < way.Steps.Count; i++)
        {
            CoreStep step = way.Steps[i];
            if (step.Name is not null)
            {
                uint type = ((BtfComposite)local[step.Type]).Members[(int)step.Index].Type;
                if (!TryFindMember(found, step.Name, type, 0))
                {
                    return null;
                }
            }
            else if (target.Resolve(found.Type) is BtfArray array && (step.Index < array.Count || array.Count == 0) && target.SizeOf(array.Element) is { } element)
            {
                found.BitOffset += (ulong)step.Index * element * 8;
                found.Type = array.Element;
                found.Member = null;
            }
            else
            {
                return null;
            }
        }

        return found;
    }

    private bool TryFindMember(CoreField found, string name, uint localType, int depth)
    {
        if (target.Resolve(found.Type) is not BtfComposite composite || depth > DeepestNesting)
        {
            return false;
        }

        for (int i = 0; i < composite.Members.Length && TrySpend(); i++)
        {
            BtfMember member = composite.Members[i];
            if (member.Name.Length == 0)
            {
                (ulong offset, uint type) = (found.BitOffset, found.Type);
                found.BitOffset += member.BitOffset;
                found.Type = member.Type;
                if (TryFindMember(found, name, localType, depth + 1))
                {
                    return true;
                }

                (found.BitOffset, found.Type) = (offset, type);
            }
            else if (member.Name == name)
            {
                if (!AreFieldsCompatible(localType, member.Type))
                {
                    return false;
                }

                found.Take(composite, member, (uint)i);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one field can stand for another: both structures, both pointers, both numbers of any width.</summary>
    public bool AreFieldsCompatible(uint localId, uint targetId)
    {
        (BtfType one, BtfType other) = (local.Resolve(localId), target.Resolve(targetId));
        while (one is BtfArray array && other is BtfArray otherArray)
        {
            (one, other) = (local.Resolve(array.Element), target.Resolve(otherArray.Element));
        }

        return (one, other) switch
        {
            (BtfComposite, BtfComposite) or (BtfPointer, BtfPointer) or (BtfFloat, BtfFloat) => true,
            (BtfEnumeration, BtfEnumeration) or (BtfForward, BtfForward) => one.Name.Length == 0 || other.Name.Length == 0 || HaveSameName(one, other),
            (BtfInteger integer, BtfInteger otherInteger) => integer.BitOffset == 0 && otherInteger.BitOffset == 0,
            _ => false,
        };
    }

    /// <summary>Whether a type exists: of its kind, and where it is made of pointers, arrays or functions, these alike.</summary>
    public bool AreCompatible(uint localId, uint targetId) => AreSameKind(local[localId], target[targetId]) && AreCompatible(localId, targetId, 0);

    private bool AreCompatible(uint localId, uint targetId, int depth)
    {
        (BtfType one, BtfType other) = (local.Resolve(localId), target.Resolve(targetId));
        if (!AreSameKind(one, other) || depth > DeepestNesting || !TrySpend())
        {
            return false;
        }

        return (one, other) switch
        {
            (BtfInteger integer, BtfInteger otherInteger) => integer.BitOffset == 0 && otherInteger.BitOffset == 0,
            (BtfPointer pointer, BtfPointer otherPointer) => AreCompatible(pointer.Target, otherPointer.Target, depth + 1),
            (BtfArray array, BtfArray otherArray) => AreCompatible(array.Element, otherArray.Element, depth + 1),
            (BtfFunctionPrototype prototype, BtfFunctionPrototype otherPrototype) => prototype.Parameters.Length == otherPrototype.Parameters.Length
                && prototype.Parameters.Zip(otherPrototype.Parameters).All(pair => AreCompatible(pair.First.Type, pair.Second.Type, depth + 1))
                && AreCompatible(prototype.Return, otherPrototype.Return, depth + 1),
            (BtfVoid or BtfComposite or BtfEnumeration or BtfForward, _) => true,
            _ => false,
        };
    }

    /// <summary>Whether the kernel's type is what the program sees: every member and value of the view is there, and of the same kind.</summary>
    public bool IsMatch(uint localId, uint targetId) => IsMatch(localId, targetId, behindPointer: false, 0);

    private bool IsMatch(uint localId, uint targetId, bool behindPointer, int depth)
    {
        (BtfType one, BtfType other) = (local.Resolve(localId), target.Resolve(targetId));
        if (depth > DeepestNesting || !TrySpend() || !HaveSameName(one, other))
        {
            return false;
        }

        return (one, other) switch
        {
            (BtfForward forward, BtfForward otherForward) => forward.IsUnion == otherForward.IsUnion,
            (BtfForward forward, BtfComposite composite) => behindPointer && forward.IsUnion == (composite.Kind == BtfKind.Union),
            (BtfComposite composite, BtfForward forward) => behindPointer && forward.IsUnion == (composite.Kind == BtfKind.Union),
            _ when !AreSameKind(one, other) => false,
            (BtfComposite, BtfComposite) when behindPointer => true,
            (BtfComposite composite, BtfComposite otherComposite) => composite.Members.All(member => otherComposite.Members.Any(
                known => TrySpend() && known.Name == member.Name && IsMatch(member.Type, known.Type, behindPointer: false, depth + 1))),
            (BtfEnumeration enumeration, BtfEnumeration otherEnumeration) => enumeration.Size == otherEnumeration.Size
                && enumeration.Values.All(value => otherEnumeration.Values.Any(known => TrySpend() && EssentiallyEqual(known.Name, value.Name))),
            (BtfInteger integer, BtfInteger otherInteger) => integer.Size == otherInteger.Size
                && (integer.Encoding & BtfIntegerEncoding.Signed) == (otherInteger.Encoding & BtfIntegerEncoding.Signed),
            (BtfFloat number, BtfFloat otherNumber) => number.Size == otherNumber.Size,
            (BtfPointer pointer, BtfPointer otherPointer) => IsMatch(pointer.Target, otherPointer.Target, behindPointer: true, depth + 1),
            (BtfArray array, BtfArray otherArray) => array.Count == otherArray.Count && IsMatch(array.Element, otherArray.Element, behindPointer, depth + 1),
            (BtfFunctionPrototype prototype, BtfFunctionPrototype otherPrototype) => prototype.Parameters.Length == otherPrototype.Parameters.Length
                && prototype.Parameters.Zip(otherPrototype.Parameters).All(pair => IsMatch(pair.First.Type, pair.Second.Type, behindPointer, depth + 1))
                && IsMatch(prototype.Return, otherPrototype.Return, behindPointer, depth + 1),
            (BtfVoid, BtfVoid) => true,
            _ => false,
        };
    }

    /// <summary>Whether types are of one kind; the two widths of enumerations are one.</summary>
    public static bool AreSameKind(BtfType one, BtfType other) => one.Kind == other.Kind || (one is BtfEnumeration && other is BtfEnumeration);

    private static bool HaveSameName(BtfType one, BtfType other) => EssentiallyEqual(one.Name, other.Name);

    /// <summary>Whether names are the same but for their flavours.</summary>
    public static bool EssentiallyEqual(string one, string other) => BtfSpec.Essential(one).SequenceEqual(BtfSpec.Essential(other));
}
