using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Programs that are large, or become so when all their paths are followed.</summary>
internal static class LargePrograms
{
    private const byte Add = 0x07, AddRegister = 0x0f, Move = 0xb7, MoveRegister = 0xbf, Load = 0x61, LoadWide = 0x79, Store = 0x7b, StoreConstant = 0x7a, Jump = 0x05, Call = 0x85, JumpIfEqual = 0x15,
        JumpIfGreater = 0x25, JumpIfNotLess = 0x35, JumpIfLess = 0xa5;

    private const short Protocol = 16;
    private const int LookUpSocket = 84;

    public static BpfInstruction Exit { get; } = new(0x95);

    /// <summary>Instructions without a jump.</summary>
    public static BpfInstruction[] Straight(int length)
    {
        List<BpfInstruction> code = [new(Move, 0, immediate: 1), new(Move, 2, immediate: 7)];
        while (code.Count < length - 1)
        {
            code.Add(code.Count % 2 == 0 ? new(Add, 0, immediate: 3) : new(0xaf, 0, 2));
        }

        return [.. code, Exit];
    }

    /// <summary>Branches one behind the other that meet again with other numbers.</summary>
    public static BpfInstruction[] Branches(int length)
    {
        List<BpfInstruction> code = [new(Move, 0, immediate: 1), new(Load, 2, 1, Protocol)];
        while (code.Count < length - 4)
        {
            code.AddRange([new(JumpIfGreater, 2, 0, 2, code.Count % 1000), new(Add, 0, immediate: 3), new(Move, 3, immediate: code.Count), new(MoveRegister, 4, 2)]);
        }

        return [.. code, new(Move, 0, immediate: 1), Exit];
    }

    /// <summary>Branches one behind the other that meet again with what nothing rests on.</summary>
    public static BpfInstruction[] Diamonds(int length)
    {
        List<BpfInstruction> code = [new(Move, 0, immediate: 1), new(MoveRegister, 6, 1)];
        while (code.Count < length - 8)
        {
            code.AddRange([new(Load, 2, 6, Protocol), new(JumpIfEqual, 2, 0, 2), new(Store, 10, 2, -8), new(Jump, 0, 0, 1), new(StoreConstant, 10, 0, -8, 5), new(LoadWide, 3, 10, -8)]);
        }

        return [.. code, new(Move, 0, immediate: 1), Exit];
    }

    /// <summary>Functions with branches, each called once.</summary>
    public static BpfInstruction[] Functions(int count)
    {
        const int Branches = 24, Size = (Branches * 3) + 2;
        int first = (count * 2) + 2;
        List<BpfInstruction> code = [new(Load, 6, 1, Protocol)];
        for (int i = 0; i < count; i++)
        {
            code.Add(new(MoveRegister, 1, 6));
            code.Add(new(Call, 0, 1, immediate: first + (i * Size) - (code.Count + 1)));
        }

        code.Add(Exit);
        for (int i = 0; i < count; i++)
        {
            code.Add(new(Move, 0, immediate: i));
            for (int branch = 0; branch < Branches; branch++)
            {
                code.AddRange([new(JumpIfGreater, 1, 0, 1, branch), new(Add, 0, immediate: 1), new(Store, 10, 0, (short)(-8 * (1 + (branch % 4))))]);
            }

            code.Add(Exit);
        }

        return [.. code];
    }

    /// <summary>Between two states that are kept as much is written to different places of a full stack as can be.</summary>
    public static BpfInstruction[] FullStacks(int length)
    {
        List<BpfInstruction> code = [new(Load, 2, 1, Protocol), new(Move, 0, immediate: 0)];
        for (int slot = 1; slot <= 64; slot++)
        {
            code.Add(new(Store, 10, 2, (short)(-8 * slot)));
        }

        for (int turn = 0; code.Count < length - 1; turn++)
        {
            code.Add(new(JumpIfGreater, 2, 0, 0, 7));
            for (int i = 0; i < 6; i++)
            {
                code.Add(new(Store, 10, 2, (short)(-8 * (1 + ((turn + i) % 8 * 8) + (turn / 8 % 8)))));
            }

            code.Add(new(JumpIfNotLess, 2, 0, 0, 9));
        }

        return [.. code, Exit];
    }

    /// <summary>A loop of so many turns.</summary>
    public static BpfInstruction[] Loop(int turns) =>
        [new(Move, 0, immediate: 0), new(Load, 2, 1, Protocol), new(Add, 0, immediate: 1), new(AddRegister, 2, 0), new(JumpIfLess, 0, 0, -3, turns), Exit];

    /// <summary>Calls of a large function of which only the beginning is come to.</summary>
    public static BpfInstruction[] LargeCallee(int calls, int length)
    {
        List<BpfInstruction> code = [];
        int callee = (calls * 2) + 2;
        for (int i = 0; i < calls; i++)
        {
            code.Add(new(Move, 1, immediate: 0));
            code.Add(new(Call, 0, 1, immediate: callee - (code.Count + 1)));
        }

        code.AddRange([new(Move, 0, immediate: 0), Exit]);
        code.AddRange([new(Store, 10, 1, -8), new(Move, 0, immediate: 0), new(JumpIfEqual, 1, 0, 1), new(Jump, 0, 0, 1), Exit]);
        while (code.Count < callee + length)
        {
            code.Add(new(Store, 10, 1, -8));
        }

        return [.. code, Exit];
    }

    /// <summary>Sockets that are looked up and kept.</summary>
    public static BpfInstruction[] HeldSockets(int count)
    {
        List<BpfInstruction> code = [new(MoveRegister, 6, 1)];
        for (int i = 0; i < count; i++)
        {
            code.AddRange([new(StoreConstant, 10, 0, -16), new(StoreConstant, 10, 0, -8), new(MoveRegister, 1, 6), new(MoveRegister, 2, 10), new(Add, 2, immediate: -16)]);
            code.AddRange([new(Move, 3, immediate: 12), new(Move, 4, immediate: -1), new(Move, 5, immediate: 0), new(Call, immediate: LookUpSocket), new(JumpIfEqual, 0)]);
        }

        return [.. code, new(Move, 0, immediate: 0), Exit];
    }

    /// <summary>Layers of functions, each of which calls all of the next one, behind a jump that is always taken.</summary>
    public static BpfInstruction[] Layers(int layers, int width)
    {
        List<BpfInstruction> code = [];
        int size = width + 4;
        for (int function = -1; function < layers * width; function++)
        {
            int layer = function < 0 ? 0 : (function / width) + 1;
            code.AddRange([new(Move, 0, immediate: 0), new(JumpIfEqual, 0, 0, (short)width)]);
            for (int i = 0; i < width; i++)
            {
                code.Add(layer < layers ? new(Call, 0, 1, immediate: (((layer * width) + i + 1) * size) - (code.Count + 1)) : new(Move, 0, immediate: i));
            }

            code.AddRange([new(Move, 0, immediate: 0), Exit]);
        }

        return [.. code];
    }
}
