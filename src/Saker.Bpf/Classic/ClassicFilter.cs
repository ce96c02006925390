using System.Runtime.CompilerServices;

namespace Saker.Bpf.Classic;

/// <summary>
/// A program ready to run, by any number of threads at once: compiled where methods can be made at run time, else interpreted. Running it allocates nothing and
/// always ends.
/// </summary>
public sealed class ClassicFilter
{
    private readonly CompiledProgram? _compiled;

    /// <summary>Makes a program ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="compiles">Whether to compile it where that is possible, which takes about a millisecond.</param>
    public ClassicFilter(ClassicProgram program, bool compiles = true)
    {
        ArgumentNullException.ThrowIfNull(program);
        Program = program;
        if (compiles && RuntimeFeature.IsDynamicCodeCompiled)
        {
            _compiled = ClassicCompiler.Compile(program);
        }
    }

    /// <summary>The program.</summary>
    public ClassicProgram Program { get; }

    /// <summary>Whether it was compiled.</summary>
    public bool IsCompiled => _compiled is not null;

    /// <summary>Asks the program about a packet.</summary>
    /// <returns>How many bytes of the packet to keep, which may be more than it has; 0: it is not wanted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Run(in ClassicPacket packet) =>
        _compiled is { } compiled ? compiled(in packet) : ClassicInterpreter.Run(Program.Instructions, in packet);
}
