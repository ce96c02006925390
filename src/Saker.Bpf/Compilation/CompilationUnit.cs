using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>A program on its way through the compiler: what each pass has found out.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class CompilationUnit
{
    private readonly Dictionary<int, CodeBlock> _blocks = [];
    private readonly Dictionary<int, DynamicMethod> _methods = [];
    private readonly List<int> _helpers = [];

    /// <summary>Begins with a program whose functions are found.</summary>
    public CompilationUnit(BpfProgram program, ExecutionOptions options, ContextLayout? layout, Dictionary<int, CodeFunction> functions)
    {
        Program = program;
        Options = options;
        Layout = layout;
        Functions = functions;
        Maps = new MapBinding(options);
        Transfer = new KnowledgeTransfer(new HelperBinding(options), options.Checks);
        foreach (CodeBlock block in functions.Values.SelectMany(static function => function.Blocks))
        {
            _blocks[block.First] = block;
        }

        Insights = KnowledgeAnalysis.Of(functions, Transfer, options.Checks, hasContext: layout is not null);
    }

    /// <summary>The program.</summary>
    public BpfProgram Program { get; }

    /// <summary>With what it is run.</summary>
    public ExecutionOptions Options { get; }

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

    /// <summary>The helpers that are called by number, in the order of <see cref="CompiledLinks.Helpers"/>.</summary>
    public IReadOnlyList<int> Helpers => _helpers;

    /// <summary>The block with a first slot.</summary>
    public CodeBlock BlockAt(int slot) => _blocks[slot];

    /// <summary>The method of a function.</summary>
    public DynamicMethod MethodOf(int slot)
    {
        if (!_methods.TryGetValue(slot, out DynamicMethod? method))
        {
            method = new DynamicMethod($"bpf{slot}", typeof(ulong), MethodEmitter.Arguments, typeof(CompilationUnit).Module, skipVisibility: true) { InitLocals = false };
            _methods.Add(slot, method);
        }

        return method;
    }

    /// <summary>The place of a helper among those that are called.</summary>
    public int NumberOfHelper(int helper)
    {
        int number = _helpers.IndexOf(helper);
        if (number < 0)
        {
            number = _helpers.Count;
            _helpers.Add(helper);
        }

        return number;
    }

    /// <summary>Goes through a function with what is known before each instruction.</summary>
    public IEnumerable<(CodeInstruction Instruction, KnownState State)> Walk(CodeFunction function)
    {
        Insight insight = Insights[function];
        Transfer.FrameEscapes = insight.FrameEscapes;
        foreach (CodeBlock block in function.Blocks)
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
