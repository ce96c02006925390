using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Numbers that are the same, or differ by a constant: what is learnt of one is learnt of all (<c>sync_linked_regs</c>).</summary>
internal sealed class LinkedNumbers(VerifierEnvironment environment)
{
    /// <summary>The most that are remembered; others lose their relation.</summary>
    private const int Most = 6;

    private readonly List<LinkedRegister> _found = new(Most);

    /// <summary>Finds all that are related to the sides of a comparison.</summary>
    public LinkedRegister[] Collect(in RegisterState left, in RegisterState right, bool isRegister)
    {
        VerifierState state = environment.State;
        _found.Clear();
        if (isRegister && right.IsScalar && right.Id != 0)
        {
            Collect(state, right.Id);
        }

        if (left.IsScalar && left.Id != 0)
        {
            Collect(state, left.Id);
        }

        return _found.Count == 0 ? [] : [.. _found];
    }

    /// <summary>Gives all that are related to a number what is known of it.</summary>
    public static void Spread(VerifierState state, RegisterState known, LinkedRegister[] linked)
    {
        foreach (LinkedRegister other in linked)
        {
            RegisterState register = other.IsRegister ? state.Frame(other.Frame).Registers[other.Number] : state.Frame(other.Frame).Slot(other.Number).Register;
            if (!register.IsScalar || register.Id != known.Id || (register.IsDisplaced && known.IsDisplaced && register.Traits != known.Traits))
            {
                continue;
            }

            bool is32 = ((register.Traits | known.Traits) & RegisterTraits.Displaced32) != RegisterTraits.None;
            long distance = (register.IsDisplaced ? register.Offset : 0) - (long)(known.IsDisplaced ? known.Offset : 0);
            if (distance == 0)
            {
                register = known;
            }
            else
            {
                register.Value = ScalarArithmetic.Apply(BpfOperation.Add, !is32, known.Value, ScalarValue.Constant((ulong)distance));
            }

            if (other.IsRegister)
            {
                state.OwnFrame(other.Frame).Registers[other.Number] = register;
            }
            else
            {
                state.OwnFrame(other.Frame).OwnSlot(other.Number).Register = register;
            }
        }
    }

    private void Collect(VerifierState state, uint id)
    {
        for (int number = state.Depth; number >= 0; number--)
        {
            int live = environment.Code.Facts(state.InstructionOf(number)).LiveRegisters;
            for (int i = 0; i < BpfInstruction.FramePointer; i++)
            {
                if ((live & (1 << i)) != 0 && IsRelated(state.Frame(number).Registers[i], id) && !TryAdd(new((byte)number, IsRegister: true, (byte)i)))
                {
                    state.OwnFrame(number).Registers[i].Detach();
                }
            }

            for (int i = 0; i < state.Frame(number).UsedSlots; i++)
            {
                ref readonly StackSlot slot = ref state.Frame(number).Slot(i);
                if (slot.IsSpilled && IsRelated(slot.Register, id) && !TryAdd(new((byte)number, IsRegister: false, (byte)i)))
                {
                    state.OwnFrame(number).OwnSlot(i).Register.Detach();
                }
            }
        }
    }

    private static bool IsRelated(in RegisterState register, uint id) => register.IsScalar && register.Id == id;

    private bool TryAdd(LinkedRegister register)
    {
        if (_found.Count == Most)
        {
            return false;
        }

        _found.Add(register);
        return true;
    }
}
