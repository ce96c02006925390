using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Saker.Bpf.Compilation;

/// <summary>What compiled code refers to.</summary>
internal static class Members
{
    private const BindingFlags Anything = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private const DynamicallyAccessedMemberTypes Methods = DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    public static FieldInfo Budget { get; } = typeof(BpfCpu).GetField(nameof(BpfCpu.Budget), Anything)!;

    public static FieldInfo Depth { get; } = typeof(BpfCpu).GetField(nameof(BpfCpu.Depth), Anything)!;

    public static FieldInfo LastDepth { get; } = typeof(BpfCpu).GetField(nameof(BpfCpu.LastDepth), Anything)!;

    public static FieldInfo Near { get; } = typeof(BpfCpu).GetField(nameof(BpfCpu.Near), Anything)!;

    public static FieldInfo ContextBlock { get; } = typeof(BpfCpu).GetField(nameof(BpfCpu.ContextBlock), Anything)!;

    public static MethodInfo StackMemory { get; } = Getter(typeof(BpfCpu), nameof(BpfCpu.StackMemory));

    public static MethodInfo IsStopped { get; } = Getter(typeof(BpfCpu), nameof(BpfCpu.IsStopped));

    public static MethodInfo OpenFrame { get; } = Method(typeof(BpfCpu), nameof(BpfCpu.OpenFrame));

    public static MethodInfo CloseFrame { get; } = Method(typeof(BpfCpu), nameof(BpfCpu.CloseFrame));

    public static MethodInfo RegionAddress { get; } = Getter(typeof(MemoryRegion), nameof(MemoryRegion.Address));

    public static MethodInfo RegionMemory { get; } = Getter(typeof(MemoryRegion), nameof(MemoryRegion.Memory));

    public static FieldInfo Helpers { get; } = typeof(CompiledLinks).GetField(nameof(CompiledLinks.Helpers), Anything)!;

    public static FieldInfo Maps { get; } = typeof(CompiledLinks).GetField(nameof(CompiledLinks.Maps), Anything)!;

    public static MethodInfo CpuNumber { get; } = Getter(typeof(BpfCpu), nameof(BpfCpu.Number));

    public static MethodInfo CallHelper { get; } = typeof(BpfHelper).GetMethod(nameof(BpfHelper.Invoke))!;

    /// <summary>A method of what stands ready for compiled code.</summary>
    public static MethodInfo Support(string name) => Method(typeof(CompiledSupport), name);

    /// <summary>A method of a type.</summary>
    public static MethodInfo Method([DynamicallyAccessedMembers(Methods)] Type type, string name) => type.GetMethod(name, Anything)!;

    private static MethodInfo Getter(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.NonPublicProperties)] Type type, string name) =>
        type.GetProperty(name, Anything)!.GetMethod!;
}
