using Saker.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// Makes the programs that give frames to AF_XDP sockets, by Saker's own assembler, as objects with a map and a program: what runs in the kernel runs in this process and over
/// captures as well. Where no socket stands at a frame's queue, it goes on to the kernel's stack. They take Linux 5.3, which has a verdict for that in <c>bpf_redirect_map</c>.
/// </summary>
public static class RedirectProgram
{
    /// <summary>The name of the map of sockets, by queue.</summary>
    public const string MapName = "xsks_map";

    /// <summary>The name of the program.</summary>
    public const string ProgramName = "saker_xsk";

    private const string TurnsName = "turns";
    private const int LookUp = 1, RedirectMap = 51;
    private const int Pass = 2;
    private const short QueueField = 16, Scratch = -sizeof(uint);
    private const BpfRegister Context = BpfRegister.R6, Key = BpfRegister.R7;

    /// <summary>Makes one.</summary>
    /// <param name="steering">Which frames go to the sockets.</param>
    /// <param name="maximumQueues">For how many queues there is room in the map, from 1.</param>
    /// <param name="takesFragments">Whether it takes frames of several buffers (<c>xdp.frags</c>, Linux 5.18): headers must lie in the first.</param>
    /// <param name="socketsPerQueue">How many sockets a queue has, from 1, which take turns on each CPU: those of queue q stand in the map from q times so many on.</param>
    /// <param name="putsMetadata">
    /// Whether it puts a <see cref="ReceiveMetadata"/> in front of each packet: it must be loaded for a device then (Linux 6.8). What finds no room for it goes on to the kernel's stack.
    /// </param>
    /// <exception cref="ArgumentException">Steering lists nothing, or so much that no program holds it.</exception>
    public static ObjectSpec Create(XdpSteering steering, int maximumQueues, bool takesFragments = false, int socketsPerQueue = 1, bool putsMetadata = false)
    {
        ArgumentNullException.ThrowIfNull(steering);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumQueues);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(socketsPerQueue);
        if (steering is { IsEmpty: true, IsReversed: false })
        {
            throw new ArgumentException($"Steering lists nothing, so that no frame would go to a socket: {nameof(XdpSteering)}.{nameof(XdpSteering.All)} gives it all of them.", nameof(steering));
        }

        ProgramBuilder code = new();
        List<InstructionReference> references = [];
        BpfLabel chosen = code.NewLabel(), passed = code.NewLabel();
        code.Compute(BpfOperation.Move, Context, BpfRegister.R1);
        if (!steering.IsEmpty)
        {
            new HeaderWalk(code, steering, steering.IsReversed ? passed : chosen, steering.IsReversed ? chosen : passed).Emit();
        }

        code.Mark(chosen);
        if (putsMetadata)
        {
            new MetadataCode(code, references, Context).Emit(passed);
        }

        code.Load(Key, Context, QueueField, 32);
        if (socketsPerQueue > 1)
        {
            TakeTurns(code, references, socketsPerQueue, passed);
        }

        LoadMap(code, references, MapName);
        code.Compute(BpfOperation.Move, BpfRegister.R2, Key).Compute(BpfOperation.Move, BpfRegister.R3, Pass).Call(RedirectMap).Exit();
        if (!steering.IsEmpty || socketsPerQueue > 1 || putsMetadata)
        {
            code.Mark(passed).Compute(BpfOperation.Move, BpfRegister.R0, Pass).Exit();
        }

        return Describe(Build(code), references, checked((uint)maximumQueues * (uint)socketsPerQueue), takesFragments, socketsPerQueue > 1);
    }

    /// <summary>Puts into the key the place of the socket whose turn it is, in the place of the queue.</summary>
    private static void TakeTurns(ProgramBuilder code, List<InstructionReference> references, int sockets, BpfLabel passed)
    {
        code.Store(BpfRegister.R10, Scratch, 0, 32).Compute(BpfOperation.Move, BpfRegister.R2, BpfRegister.R10).Compute(BpfOperation.Add, BpfRegister.R2, Scratch);
        LoadMap(code, references, TurnsName);
        code.Call(LookUp).JumpIf(BpfOperation.Equal, BpfRegister.R0, 0, passed)
            .Load(BpfRegister.R2, BpfRegister.R0, 0, 32).Compute(BpfOperation.Move, BpfRegister.R3, BpfRegister.R2).Compute(BpfOperation.Add, BpfRegister.R3, 1)
            .Store(BpfRegister.R0, 0, BpfRegister.R3, 32)
            .Compute(BpfOperation.Modulo, BpfRegister.R2, sockets).Compute(BpfOperation.Multiply, Key, sockets).Compute(BpfOperation.Add, Key, BpfRegister.R2);
    }

    private static void LoadMap(ProgramBuilder code, List<InstructionReference> references, string name)
    {
        references.Add(new InstructionReference(code.Count, ReferenceKind.Map, name, 0, IsWeak: false));
        code.Constant(BpfRegister.R1, 0);
    }

    private static BpfProgram Build(ProgramBuilder code)
    {
        try
        {
            return code.Build();
        }
        catch (InvalidOperationException exception)
        {
            throw new ArgumentException("So many ports, protocols and EtherTypes make too long a program: list ranges, or fewer.", exception);
        }
    }

    private static ObjectSpec Describe(BpfProgram program, List<InstructionReference> references, uint sockets, bool takesFragments, bool takesTurns)
    {
        MapSpec map = new() { Name = MapName, Type = MapType.XskMap, KeySize = sizeof(uint), ValueSize = sizeof(uint), MaximumEntries = sockets };
        MapSpec turns = new() { Name = TurnsName, Type = MapType.PerCpuArray, KeySize = sizeof(uint), ValueSize = sizeof(uint), MaximumEntries = 1 };
        return new()
        {
            IsBigEndian = !BitConverter.IsLittleEndian,
            License = "Dual MIT/GPL",
            Maps = takesTurns ? [map, turns] : [map],
            Programs =
            [
                new ProgramSpec
                {
                    Name = ProgramName,
                    Section = takesFragments ? "xdp.frags" : "xdp",
                    Type = ProgramType.Xdp,
                    TakesFragments = takesFragments,
                    Instructions = [.. program.Slots],
                    Functions = [new ProgramFunction(ProgramName, 0, program.Slots.Length, 0, IsGlobal: true)],
                    References = [.. references],
                },
            ],
        };
    }
}
