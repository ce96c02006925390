using System.Diagnostics.CodeAnalysis;
using System.Text;
using Saker.Bpf.Interpretation;
using Saker.Bpf.Verification.Proving;

namespace Saker.Bpf.Compilation;

/// <summary>A program that is methods of .NET, which the runtime compiles to machine code.</summary>
internal sealed class CompiledProgram : BpfExecutable
{
    private readonly InterpreterDecoder _decoder;
    private readonly ContextLayout? _layout;
    private readonly CompiledLinks _links;
    private readonly CompiledFunction _main;
    private CompiledLinks? _others;

    private CompiledProgram(BpfProgram program, ExecutionOptions options, BoundProof? proof, InterpreterDecoder decoder, CompiledLinks links)
        : base(program, options, proof, options.Checks)
    {
        _decoder = decoder;
        _layout = ContextLayout.Of(options.Type);
        _links = links;
        _main = links.Functions[0];
    }

    /// <inheritdoc/>
    public override BpfEngine Engine => BpfEngine.Compiled;

    /// <summary>Compiles a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is run.</param>
    /// <param name="proof">What is proven of it; null: nothing.</param>
    /// <param name="decoder">Its slots, in which there is no fault.</param>
    /// <returns>Null: it cannot well be compiled.</returns>
    [RequiresDynamicCode("Compiles methods at run time.")]
    public static CompiledProgram? TryCompile(BpfProgram program, ExecutionOptions options, BoundProof? proof, InterpreterDecoder decoder)
    {
        options = proof is null ? options : options with { Checks = MemoryChecks.None };
        return ProgramCompiler.Compile(program, options, proof, decoder, ContextLayout.Of(options.Type)) is { } links ? new CompiledProgram(program, options, proof, decoder, links) : null;
    }

    /// <inheritdoc/>
    public override string ListMethods()
    {
        StringBuilder listing = new();
        Compile(Options, BoundProof, _layout, listing);
        return listing.ToString();
    }

    /// <inheritdoc/>
    internal override ulong Enter(BpfCpu cpu, ulong r1, ulong r2) =>
        IsAsCompiled(cpu) ? _main(cpu, r1, r2, 0, 0, 0) : Others().Functions[0](cpu, r1, r2, 0, 0, 0);

    /// <inheritdoc/>
    internal override ulong CallBack(BpfCpu cpu, int slot, ulong r1, ulong r2, ulong r3, ulong r4) =>
        CompiledSupport.CallFunction(IsAsCompiled(cpu) ? _links : Others(), cpu, slot, r1, r2, r3, r4, 0, 0);

    /// <inheritdoc/>
    internal override int FunctionAt(ulong address) => _decoder.FunctionAt(address);

    private bool IsAsCompiled(BpfCpu cpu) => cpu.Layout == _layout && cpu.IsChecked == (Checks == MemoryChecks.All);

    /// <summary>
    /// A program whose type has a context may be run over other memory even so: then nothing is known of r1, and it is compiled once more. So is a proven one where the proof does not
    /// hold, with checks.
    /// </summary>
    private CompiledLinks Others()
    {
        if (_others is null)
        {
            Interlocked.CompareExchange(ref _others, Compile(BoundProof is null ? Options : Options with { Checks = MemoryChecks.All }, proof: null, layout: null, listing: null), null);
        }

        return _others;
    }

    private CompiledLinks Compile(ExecutionOptions options, BoundProof? proof, ContextLayout? layout, StringBuilder? listing)
    {
#pragma warning disable IL3050 // It was compiled before, so it can be.
        return ProgramCompiler.Compile(Program, options, proof, _decoder, layout, listing)!;
#pragma warning restore IL3050
    }
}
