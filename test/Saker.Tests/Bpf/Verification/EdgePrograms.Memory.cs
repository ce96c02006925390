using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What the programs reach: packets, values of maps, the stack.</summary>
internal sealed partial class EdgePrograms
{
    /// <summary>Maps that have values, with the length of key and value.</summary>
    private static readonly (string Name, int Key, int Value)[] ValueMaps = [("array", 4, 16), ("one", 4, 64), ("hash", 8, 24), ("percpu", 4, 8)];

    /// <summary>The packet's beginning and end, and what lies between them, to be compared in one of the ways that there are.</summary>
    private void ComparePacket(EdgeState state)
    {
        if (_type == ProgramType.SocketFilter && !Slips())
        {
            LoadFromContext(state);
            return;
        }

        int context = Register(state, EdgeKind.Context);
        int[] free = [.. Enumerable.Range(0, 6).Concat([7, 8, 9]).Where(register => !state.Protected.Contains(register) && register != context)];
        random.Shuffle(free);
        (int data, int end, int limit) = (free[0], free[1], free[2]);
        (int dataField, int endField) = _type == ProgramType.Xdp ? (0, 4) : (76, 80);
        int length = Of(1, 2, 8, 14, 20, 34, 42, 64);
        Line($"r{data} = *(u32 *)(r{context} + {dataField})");
        Line($"r{end} = *(u32 *)(r{context} + {endField})");
        int[] bounded = [.. state.With(EdgeKind.Number).Where(register => state[register].Most >= 0 && register != data && register != end && register != limit)];
        if (bounded.Length != 0 && random.Next(3) == 0)
        {
            Line($"r{data} += r{Of(bounded)}");
        }

        Line($"r{limit} = r{data}");
        Line($"r{limit} += {length}");
        int known = length + (Slips() ? Of(-1, 1) : 0);
        switch (random.Next(8))
        {
            case 0 or 1 or 2: Line($"if r{limit} > r{end} goto end"); break;
            case 3: Line($"if r{end} < r{limit} goto end"); break;
            case 4:
                Line($"if r{limit} >= r{end} goto end");
                known++;
                break;
            case 5:
                string within = Label();
                Line($"if r{limit} <= r{end} goto {within}");
                Line("goto end");
                Line($"{within}: {Nop()}");
                break;
            case 6:
                string more = Label();
                Line($"if r{end} >= r{limit} goto {more}");
                Line("goto end");
                Line($"{more}: {Nop()}");
                break;
            default:
                Line(Slips() ? $"if r{limit} < r{end} goto end" : $"if r{limit} > r{end} goto end");
                break;
        }

        state[data] = new(EdgeKind.Packet, known);
        state[end] = new(EdgeKind.PacketEnd);
        state[limit] = default;
    }

    /// <summary>A load or a store by an address of a kind.</summary>
    private void Access(EdgeState state, EdgeKind kind)
    {
        if (state.With(kind).Length == 0)
        {
            if (kind == EdgeKind.Packet)
            {
                ComparePacket(state);
            }
            else
            {
                LookUp(state);
            }
        }

        int address = Register(state, kind), size = Size();
        long room = state[address].Most - size;
        long offset = room < 0 ? 0 : Slips() ? room + 1 : random.Next(3) == 0 ? room : random.NextInt64(room + 1);
        string place = $"*(u{8 * size} *)(r{address} + {offset})";
        int number = Number(state);
        switch (random.Next(5))
        {
            case 0 or 1 or 2:
                int target = Target(state);
                Line($"r{target} = {(random.Next(5) == 0 && size != 8 ? place.Replace('u', 's') : place)}");
                state[target] = EdgeValue.Number;
                break;
            case 3:
                Line($"{place} = {(random.Next(3) == 0 ? $"{random.Next(100)}" : $"r{number}")}");
                break;
            default:
                Line(size < 4 || (kind == EdgeKind.Packet && !Slips()) ? $"{place} = r{number}" : $"lock *(u{8 * size} *)(r{address} + {offset & ~7L}) {Of("+=", "|=", "&=", "^=")} {(size == 8 ? "r" : "w")}{number}");
                break;
        }
    }

    /// <summary>A value of a map, looked up or addressed.</summary>
    private void LookUp(EdgeState state)
    {
        (string name, int key, int value) = Of(ValueMaps);
        if (random.Next(4) == 0)
        {
            int target = Target(state), at = random.Next(64);
            Line($"r{target} = map[fd:{{one}}][0]+{at} ll");
            state[target] = new(EdgeKind.Memory, 64 - at);
            return;
        }

        int slot = random.Next(EdgeState.Slots);
        int place = -8 * (slot + 1);
        Line(Slips() ? Nop() : $"*(u{8 * key} *)(r10 - {-place}) = {random.Next(6)}");
        state.Stack[slot] = key == 8 ? EdgeValue.Number : default;
        Line("r2 = r10");
        Line($"r2 += {place + (Slips() ? Of(-1, 1, 4) : 0)}");
        Line($"r1 = map[fd:{{{name}}}] ll");
        Line("call 1");
        state.Call(default);
        Line(Slips() ? Of(Nop(), "if r0 s<= 0 goto end") : "if r0 == 0 goto end");
        state[0] = new(EdgeKind.Memory, value);
        if (state.Protected.Count == 0 && random.Next(2) == 0)
        {
            int kept = Of(7, 8, 9);
            Line($"r{kept} = r0");
            state[kept] = state[0];
        }
    }

    private void Spill(EdgeState state)
    {
        int[] known = [.. Enumerable.Range(0, 10).Where(register => state[register].Kind != EdgeKind.Nothing)];
        int register = known.Length == 0 || Slips() ? random.Next(11) : Of(known), slot = random.Next(EdgeState.Slots);
        int size = state[register].Kind == EdgeKind.Number ? Size() : Slips() ? Size() : 8;
        Line($"*(u{8 * size} *)(r10 - {8 * (slot + 1)}) = r{register}");
        state.Stack[slot] = size == 8 ? state[register] : default;
    }

    private void Fill(EdgeState state)
    {
        int slot = random.Next(EdgeState.Slots);
        for (int other = 0; other < EdgeState.Slots; other++)
        {
            slot = state.Stack[other].Kind != EdgeKind.Nothing && random.Next(2) == 0 ? other : slot;
        }

        EdgeValue value = state.Stack[slot];
        if (value.Kind == EdgeKind.Nothing && !Slips())
        {
            Line($"*(u64 *)(r10 - {8 * (slot + 1)}) = {random.Next(50)}");
            value = state.Stack[slot] = EdgeValue.Number;
        }

        int target = Target(state), size = value.Kind == EdgeKind.Number ? Size() : 8;
        Line($"r{target} = *(u{8 * size} *)(r10 - {8 * (slot + 1)})");
        state[target] = size == 8 ? value : EdgeValue.Number;
    }

    /// <summary>A constant, or a number that is bounded, is added to an address.</summary>
    private void AddToAddress(EdgeState state)
    {
        EdgeKind kind = Of(EdgeKind.Packet, EdgeKind.Memory);
        int[] fit = [.. state.With(kind).Where(register => !state.Protected.Contains(register) && state[register].Most > 0)];
        if (fit.Length == 0)
        {
            return;
        }

        int address = Of(fit);
        long room = state[address].Most;
        int[] bounded = [.. state.With(EdgeKind.Number).Where(register => state[register].Most >= 0 && state[register].Most < room)];
        if (bounded.Length != 0 && random.Next(3) != 0)
        {
            int number = Of(bounded);
            Line($"r{address} += r{number}");

            // What is behind an address in the packet is to be compared anew, unless the number is known.
            state[address] = kind == EdgeKind.Packet ? default : new(kind, room - state[number].Most);
            return;
        }

        long step = random.NextInt64(room) + (Slips() ? Of(-room, room) : 0);
        Line($"r{address} += {step}");
        state[address] = new(kind, room - step);
    }

    /// <summary>Bytes of the stack, at a place that is known or bounded.</summary>
    private void AccessStack(EdgeState state)
    {
        int number = Number(state), pointer = Of(1, 2, 3, 4, 5);
        if (state.Protected.Contains(pointer) || pointer == number)
        {
            return;
        }

        if (random.Next(2) == 0)
        {
            int size = Size(), at = Of(8, 16, 64, 96, 256, 512) + (Slips() ? 1 : 0);
            Line($"*(u{8 * size} *)(r10 - {at}) = r{number}");
            Line($"r{pointer} = *(u{8 * size} *)(r10 - {at})");
            state[pointer] = EdgeValue.Number;
            state.Stack.Clear();
            return;
        }

        Line("*(u64 *)(r10 - 16) = 0");
        Line("*(u64 *)(r10 - 8) = 0");
        Line($"r{pointer} = r{number}");
        Line($"r{pointer} &= {Of(7, 7, 8, 15, 3)}");
        Line($"r{pointer} += r10");
        Line(Of($"r{pointer} = *(u8 *)(r{pointer} - 16)", $"r{pointer} = *(u{8 * Size()} *)(r{pointer} - 16)", $"*(u8 *)(r{pointer} - 16) = {random.Next(9)}", $"*(u8 *)(r{pointer} - 16) = r{number}"));
        state[pointer] = default;
        state.Stack.Clear();
    }
}
