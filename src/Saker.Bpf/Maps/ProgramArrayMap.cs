using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// The programs that others go on in (<c>BPF_MAP_TYPE_PROG_ARRAY</c>). User space puts them in by <see cref="Update(uint, BpfExecutable)"/> and reads
/// <see cref="BpfExecutable.Id"/>.
/// </summary>
public sealed unsafe class ProgramArrayMap : BpfMap
{
    private readonly BpfExecutable?[] _programs;

    internal ProgramArrayMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment) => _programs = new BpfExecutable?[MaximumEntries];

    /// <summary>Puts a program in.</summary>
    /// <param name="index">The index.</param>
    /// <param name="program">The program.</param>
    public BpfError Update(uint index, BpfExecutable program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (index >= MaximumEntries)
        {
            return BpfError.TooBig;
        }

        Volatile.Write(ref _programs[index], program);
        return BpfError.None;
    }

    /// <summary>The program of an index, for a tail call; null: there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal BpfExecutable? FindProgram(uint index) => index < (uint)_programs.Length ? Volatile.Read(ref _programs[index]) : null;

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu)
    {
        uint index = *(uint*)key;
        return index >= MaximumEntries ? BpfError.TooBig
            : Interlocked.Exchange(ref _programs[index], null) is null ? BpfError.NotFound
            : BpfError.None;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override void Free() => Array.Clear(_programs);

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        if (FindProgram(*(uint*)key) is not { } program)
        {
            return BpfError.NotFound;
        }

        Unsafe.WriteUnaligned(value, program.Id);
        return BpfError.None;
    }

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) =>
        flags != MapOperationFlags.Any ? BpfError.InvalidArgument
            : *(uint*)key >= MaximumEntries ? BpfError.TooBig
            : BpfError.BadDescriptor;

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);
}
