using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>The helpers that the programs call.</summary>
internal sealed partial class EdgePrograms
{
    /// <summary>A helper that reads or writes memory of a length that is known or bounded, or that moves the packet.</summary>
    private void CallWithMemory(EdgeState state)
    {
        if (!state.With(EdgeKind.Context).Contains(6))
        {
            return;
        }

        int length = Of(1, 4, 8, 16, 32), slots = (length + 7) / 8;
        bool isBounded = random.Next(2) == 0;
        int number = isBounded ? Of(7, 8, 9) : -1;
        if (isBounded && (state.Protected.Contains(number) || state[number].Kind != EdgeKind.Number))
        {
            isBounded = false;
        }

        void Initialise()
        {
            for (int slot = 0; slot < slots; slot++)
            {
                Line(Slips() ? Nop() : $"*(u64 *)(r10 - {8 * (slot + 1)}) = {random.Next(100)}");
                state.Stack[slot] = EdgeValue.Number;
            }
        }

        void Length(int register, bool mayBeZero)
        {
            if (!isBounded)
            {
                Line($"r{register} = {length + (Slips() ? Of(-length, 8, -1) : 0)}");
                return;
            }

            Line($"r{register} = r{number}");
            Line($"r{register} &= {length - 1}");
            Line(mayBeZero || Slips() ? Nop() : $"r{register} += 1");
        }

        void Memory(int register)
        {
            Line($"r{register} = r10");
            Line($"r{register} += {-8 * slots}");
        }

        switch (random.Next(9))
        {
            case 0 when _type != ProgramType.SocketFilter:
                Initialise();
                Memory(1);
                Line(Slips() ? $"r2 = {length}" : $"r2 = {Math.Max(4, length & ~3)}");
                Line("r3 = 0");
                Line("r4 = 0");
                Line("r5 = 0");
                Line("call 28");
                break;
            case 1 when _type != ProgramType.Xdp:
                Memory(3);
                Length(4, mayBeZero: false);
                Line("r1 = r6");
                Line("r2 = 0");
                Line("call 26");
                state.Stack[..slots].Clear();
                break;
            case 2:
                Initialise();
                Memory(2);
                Length(3, mayBeZero: true);
                Line("r1 = map[fd:{ring}] ll");
                Line("r4 = 0");
                Line("call 130");
                break;
            case 3:
                Initialise();
                Memory(4);
                Length(5, mayBeZero: true);
                Line("r1 = r6");
                Line("r2 = map[fd:{events}] ll");
                Line("r3 = 0");
                Line("call 25");
                break;
            case 4:
                Reserve(state, length);
                return;
            case 5:
                (string name, _, int value) = Of(ValueMaps);
                (length, slots) = (value, value / 8);
                Initialise();
                Memory(3);
                Line("r2 = r3");
                Line($"r1 = map[fd:{{{name}}}] ll");
                Line("r4 = 0");
                Line(Of("call 2", "call 2", "call 3"));
                break;
            case 6:
                Line("call 7");
                break;
            case 7 when _type == ProgramType.Xdp:
                Line("r1 = r6");
                Line($"r2 = {random.Next(-20, 20)}");
                Line(Of("call 44", "call 65", "call 54"));
                ForgetUnlessItSlips(state);
                break;
            case 8 when _type == ProgramType.SchedulerClassifier:
                Line("r1 = r6");
                Line($"r2 = {random.Next(100)}");
                Line("call 39");
                ForgetUnlessItSlips(state);
                break;
            default:
                Line("call 5");
                break;
        }

        state.Call(EdgeValue.Number);
    }

    private void ForgetUnlessItSlips(EdgeState state)
    {
        if (!Slips())
        {
            state.ForgetPacket();
        }
    }

    /// <summary>A record of a ring buffer: reserved, written, given away.</summary>
    private void Reserve(EdgeState state, int length)
    {
        Line("r1 = map[fd:{ring}] ll");
        Line($"r2 = {length}");
        Line("r3 = 0");
        Line("call 131");
        state.Call(default);
        Line(Slips() ? Nop() : "if r0 == 0 goto end");
        int size = Size();
        if (size <= length)
        {
            Line($"*(u{8 * size} *)(r0 + {length - size + (Slips() ? 1 : 0)}) = 3");
        }

        Line("r1 = r0");
        Line("r2 = 0");
        Line(Slips() ? Nop() : Of("call 132", "call 133"));
        state.Call(default);
    }
}
