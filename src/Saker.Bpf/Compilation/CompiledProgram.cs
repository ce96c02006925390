using System.Diagnostics.CodeAnalysis;
using System.Text;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf.Compilation;

/// <summary>A program that is methods of .NET, which the runtime compiles to machine code.</summary>
internal sealed class CompiledProgram : BpfExecutable
{
    private readonly InterpreterDecoder _decoder;
    private readonly ContextLayout? _layout;
    private readonly CompiledLinks _links;
    private readonly CompiledFunction _main;
    private CompiledLinks? _linksOfMemory;

    private CompiledProgram(BpfProgram program, ExecutionOptions options, InterpreterDecoder decoder, CompiledLinks links)
        : base(program, options, options.Checks)
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
    /// <param name="decoder">Its slots, in which there is no fault.</param>
    /// <returns>Null: it cannot well be compiled.</returns>
    [RequiresDynamicCode("Compiles methods at run time.")]
    public static CompiledProgram? TryCompile(BpfProgram program, ExecutionOptions options, InterpreterDecoder decoder) =>
        ProgramCompiler.Compile(program, options, decoder.Code, ContextLayout.Of(options.Type)) is { } links ? new CompiledProgram(program, options, decoder, links) : null;

    /// <inheritdoc/>
    public override string ListMethods()
    {
        StringBuilder listing = new();
        Compile(_layout, listing);
        return listing.ToString();
    }

    /// <inheritdoc/>
    internal override ulong Enter(BpfCpu cpu, ulong r1, ulong r2) =>
        cpu.Layout == _layout ? _main(cpu, r1, r2, 0, 0, 0) : LinksOfMemory().Functions[0](cpu, r1, r2, 0, 0, 0);

    /// <inheritdoc/>
    internal override ulong CallBack(BpfCpu cpu, int slot, ulong r1, ulong r2, ulong r3, ulong r4) =>
        CompiledSupport.CallFunction(cpu.Layout == _layout ? _links : LinksOfMemory(), cpu, slot, r1, r2, r3, r4, 0, 0);

    /// <inheritdoc/>
    internal override int FunctionAt(ulong address) => _decoder.FunctionAt(address);

    /// <summary>A program whose type has a context may be run over other memory even so: then nothing is known of r1, and it is compiled once more.</summary>
    private CompiledLinks LinksOfMemory()
    {
        if (_linksOfMemory is null)
        {
            Interlocked.CompareExchange(ref _linksOfMemory, Compile(layout: null, listing: null), null);
        }

        return _linksOfMemory;
    }

    private CompiledLinks Compile(ContextLayout? layout, StringBuilder? listing)
    {
#pragma warning disable IL3050 // It was compiled before, so it can be.
        return ProgramCompiler.Compile(Program, Options, _decoder.Code, layout, listing)!;
#pragma warning restore IL3050
    }
}
