using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using Saker.Bpf.Verification;
using Saker.Bpf.Verification.Proving;

namespace Saker.Bpf.Compilation;

/// <summary>A program on its way through the compiler: what each pass has found out.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class CompilationUnit
{
    private readonly Dictionary<int, CodeBlock> _blocks = [];
    private readonly Dictionary<int, DynamicMethod> _methods = [];
    private readonly Dictionary<CodeFunction, Dictionary<CodeBlock, int>> _entries = [];
    private readonly List<BpfHelper> _helpers = [];
    private readonly List<BpfMap> _maps = [];
    private readonly List<DynamicMethod> _parts = [];

    private CompilationUnit(
        BpfProgram program,
        ExecutionOptions options,
        BoundProof? proof,
        ContextLayout? layout,
        Dictionary<int, CodeFunction> functions,
        KnowledgeTransfer transfer,
        Dictionary<CodeFunction, Insight> insights)
    {
        Program = program;
        Options = options;
        Proof = proof?.Proof;
        Layout = layout;
        Functions = functions;
        Maps = new MapBinding(options);
        Transfer = transfer;
        Insights = insights;
        foreach (CodeBlock block in functions.Values.SelectMany(static function => function.Blocks))
        {
            _blocks[block.First] = block;
        }

        ContextEscapes = proof is null && Insights.Keys.Any(PutsContextAway);
    }

    /// <summary>The program.</summary>
    public BpfProgram Program { get; }

    /// <summary>Whether the address of the context is put where it is not followed, so that any address may be in it.</summary>
    public bool ContextEscapes { get; }

    /// <summary>With what it is run.</summary>
    public ExecutionOptions Options { get; }

    /// <summary>What is proven of it, so that it is compiled without checks; null: nothing.</summary>
    public VerifierProof? Proof { get; }

    /// <summary>What is looked at before memory is reached.</summary>
    public MemoryChecks Checks => Options.Checks;

    /// <summary>How its context is laid out; null: r1 is no context.</summary>
    public ContextLayout? Layout { get; }

    /// <summary>Its functions, by their first slot.</summary>
    public Dictionary<int, CodeFunction> Functions { get; }

    /// <summary>What is known of those that can be reached.</summary>
    public Dictionary<CodeFunction, Insight> Insights { get; }

    /// <summary>What instructions do to what is known.</summary>
    public KnowledgeTransfer Transfer { get; }

    /// <summary>Its maps.</summary>
    public MapBinding Maps { get; }

    /// <summary>The methods, by their functions' first slots.</summary>
    public IReadOnlyDictionary<int, DynamicMethod> Methods => _methods;

    /// <summary>The methods of parts of functions.</summary>
    public IReadOnlyList<DynamicMethod> Parts => _parts;

    /// <summary>What the methods refer to.</summary>
    public CompiledLinks Links() => new([.. _helpers], [.. _maps]);

    /// <summary>Begins with a program whose functions are found, and finds what is known of them.</summary>
    /// <returns>Null: that takes too long.</returns>
    public static CompilationUnit? TryBegin(BpfProgram program, ExecutionOptions options, BoundProof? proof, ContextLayout? layout, Dictionary<int, CodeFunction> functions)
    {
        KnowledgeTransfer transfer = new(new HelperBinding(options, proof), options.Checks, layout);
        return KnowledgeAnalysis.Of(functions, transfer, options.Checks, hasContext: layout is not null) is { } insights
            ? new CompilationUnit(program, options, proof, layout, functions, transfer, insights)
            : null;
    }

    /// <summary>The block with a first slot.</summary>
    public CodeBlock BlockAt(int slot) => _blocks[slot];

    /// <summary>The method of a function.</summary>
    public DynamicMethod MethodOf(int slot)
    {
        if (!_methods.TryGetValue(slot, out DynamicMethod? method))
        {
            method = NewMethod($"bpf{slot}", typeof(ulong), FunctionEmitter.Arguments);
            _methods.Add(slot, method);
        }

        return method;
    }

    /// <summary>Makes the method of a part of a function.</summary>
    public DynamicMethod NewPart(string name)
    {
        DynamicMethod part = NewMethod(name, typeof(int), PartEmitter.Arguments);
        _parts.Add(part);
        return part;
    }

    /// <summary>It stands in the runtime's own module: in that of this assembly it would not be optimised where this is built for debugging.</summary>
    private static DynamicMethod NewMethod(string name, Type result, Type[] arguments) =>
        new(name, result, arguments, typeof(object).Module, skipVisibility: true) { InitLocals = false };

    /// <summary>The number by which a split function names a block at which a part is entered.</summary>
    public int NumberOfEntry(CodeFunction function, CodeBlock block) => _entries[function][block];

    /// <summary>Gives the blocks at which the parts of a function are entered numbers.</summary>
    public void NumberEntries(CodeFunction function, IReadOnlyList<FunctionPart> parts)
    {
        Dictionary<CodeBlock, int> numbers = [];
        foreach (FunctionPart part in parts)
        {
            for (int i = 0; i < part.Entries.Count; i++)
            {
                numbers.Add(part.Entries[i], (part.Number << SplitFunctionEmitter.BitsOfEntry) | i);
            }
        }

        _entries.Add(function, numbers);
    }

    /// <summary>The helper, or the function of the kernel, that an instruction calls.</summary>
    public BpfHelper HelperOf(CodeInstruction call) => call.CalleeIn(Options) ?? throw new InvalidOperationException($"What instruction {call.Slot} calls was not refused.");

    /// <summary>The place of a helper among those that are called by way of a delegate.</summary>
    public int NumberOf(BpfHelper helper) => NumberOf(_helpers, helper);

    /// <summary>The place of a map among those that are used.</summary>
    public int NumberOf(BpfMap map) => NumberOf(_maps, map);

    private bool PutsContextAway(CodeFunction function) => Walk(function, function.Blocks).Any(step =>
        step.Instruction.Form == InstructionForm.MemoryStoreRegister && step.State[step.Instruction.Source].Kind is KnownAs.Context or KnownAs.PerhapsContext
            && (Insights[function].FrameEscapes || step.State[step.Instruction.Base].Kind != KnownAs.Frame));

    private static int NumberOf<T>(List<T> list, T item)
        where T : class
    {
        int number = list.IndexOf(item);
        if (number < 0)
        {
            number = list.Count;
            list.Add(item);
        }

        return number;
    }

    /// <summary>Goes through blocks of a function with what is known before each instruction.</summary>
    public IEnumerable<(CodeInstruction Instruction, KnownState State)> Walk(CodeFunction function, IReadOnlyList<CodeBlock> blocks)
    {
        Insight insight = Insights[function];
        Transfer.FrameEscapes = insight.FrameEscapes;
        foreach (CodeBlock block in blocks)
        {
            KnownState state = insight.States[block].Copy();
            foreach (CodeInstruction instruction in block.Instructions)
            {
                yield return (instruction, state);
                Transfer.Apply(state, instruction);
            }
        }
    }

    /// <summary>An instruction as LLVM writes it.</summary>
    public string TextOf(CodeInstruction instruction) => ProgramText.Of(Program.Slots, instruction.Slot, ProgramTextStyle.Llvm);
}
