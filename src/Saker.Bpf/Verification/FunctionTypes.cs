using System.Collections.Immutable;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Verification;

/// <summary>
/// Reads from BTF what functions of a program take and return, as far as functions that are verified for themselves may (<c>btf_prepare_func_args</c>): numbers, the
/// context, memory, which may be null unless it is tagged <c>arg:nonnull</c>.
/// </summary>
internal sealed class FunctionTypes(BtfSpec types, ProgramType program)
{
    private const string ContextTag = "arg:ctx", NotNullTag = "arg:nonnull", ExceptionTag = "exception_callback:";
    private const int WholeFunction = -1;
    private const int MostArguments = 5;

    private HashSet<(uint Target, int Component, string Name)>? _tags;

    /// <summary>What a function is, by its types.</summary>
    public VerifierFunction Of(in ProgramFunction function)
    {
        VerifierFunction plain = new(function.Name, function.Start, function.IsGlobal);
        if (function.TypeId == 0 || types[function.TypeId] is not BtfFunction { Prototype: var prototypeId } || types[prototypeId] is not BtfFunctionPrototype prototype)
        {
            return plain;
        }

        ImmutableArray<FunctionArgument>.Builder arguments = ImmutableArray.CreateBuilder<FunctionArgument>();
        for (int i = 0; i < Math.Min(prototype.Parameters.Length, MostArguments); i++)
        {
            arguments.Add(ArgumentOf(function.TypeId, i, prototype.Parameters[i].Type));
        }

        return plain with
        {
            Arguments = arguments.ToImmutable(),
            ReturnsNumber = types.Resolve(prototype.Return) is BtfInteger or BtfEnumeration,
            ExceptionCallback = ExceptionCallbackOf(function.TypeId),
        };
    }

    private FunctionArgument ArgumentOf(uint function, int index, uint type)
    {
        BtfType resolved = types.Resolve(type);
        if (resolved is BtfInteger or BtfEnumeration)
        {
            return new FunctionArgument(FunctionArgumentKind.Number);
        }

        if (resolved is not BtfPointer { Target: var target })
        {
            return new FunctionArgument(FunctionArgumentKind.Unsupported);
        }

        if (HasTag(function, index, ContextTag) || types.Resolve(target).Name == ContextName)
        {
            return new FunctionArgument(FunctionArgumentKind.Context);
        }

        return types.SizeOf(target) is { } size and > 0
            ? new FunctionArgument(FunctionArgumentKind.Memory, (int)size, !HasTag(function, index, NotNullTag))
            : new FunctionArgument(FunctionArgumentKind.Unsupported);
    }

    private string ContextName => program == ProgramType.Xdp ? "xdp_md" : "__sk_buff";

    private string ExceptionCallbackOf(uint function) =>
        Tags.FirstOrDefault(tag => tag.Target == function && tag.Component == WholeFunction && tag.Name.StartsWith(ExceptionTag, StringComparison.Ordinal)).Name?[ExceptionTag.Length..] ?? "";

    private bool HasTag(uint function, int index, string text) => Tags.Contains((function, index, text));

    private HashSet<(uint Target, int Component, string Name)> Tags =>
        _tags ??= [.. Enumerable.Range(1, types.Count - 1).Select(id => types[(uint)id]).OfType<BtfDeclarationTag>().Select(tag => (tag.Target, tag.Component, tag.Name))];
}
