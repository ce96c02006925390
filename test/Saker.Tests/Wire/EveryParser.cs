using System.Reflection;
using System.Reflection.Emit;
using Saker.Wire;

namespace Saker.Tests.Wire;

/// <summary>Runs a parser over some bytes.</summary>
public delegate void TouchParser(ReadOnlySpan<byte> bytes);

/// <summary>Parses a header to its value; null where the parser refuses.</summary>
public delegate object? ParseHeader(ReadOnlySpan<byte> bytes);

/// <summary>
/// One view of <c>Saker.Wire</c>, found by its shape: <c>static bool TryParse(ReadOnlySpan&lt;byte&gt;, out XView)</c>. A new view is covered without a row of its own.
/// </summary>
/// <remarks>
/// Views are ref structs, which reflection cannot hold, so what touches them is generated: every property, every method that takes nothing or has only
/// out parameters, every entry of what can be enumerated or counted (<c>MoveNext</c>; <c>Count</c> and an index; <c>NameCount</c> and <c>GetName</c>), and the same of each
/// ref struct that comes out.
/// </remarks>
public sealed class EveryParser
{
    private delegate void EmitHeader(Span<byte> destination);

    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, DynamicMethod> Touches = [];

    private EveryParser(Type view, MethodInfo tryParse)
    {
        View = view;
        Touch = MakeTouch(view, tryParse);
        ParseHeader = view.GetMethod("ToHeader", Type.EmptyTypes) is { } toHeader ? MakeParseHeader(view, tryParse, toHeader) : null;
    }

    /// <summary>Every view there is, by name.</summary>
    public static IReadOnlyList<EveryParser> All { get; } = Find();

    /// <summary>The view.</summary>
    public Type View { get; }

    /// <summary>Parses, and asks every accessor.</summary>
    public TouchParser Touch { get; }

    /// <summary>Parses to the value; null where the view has none.</summary>
    public ParseHeader? ParseHeader { get; }

    /// <summary>The parser of one view.</summary>
    public static EveryParser Of(Type view) => All.Single(parser => parser.View == view);

    /// <summary>What the header's <c>Emit</c> writes to as many octets as its <c>Length</c> says.</summary>
    public static byte[] Emit(object header)
    {
        int length = (int)header.GetType().GetProperty("Length")!.GetValue(header)!;
        byte[] bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        header.GetType().GetMethod("Emit", [typeof(Span<byte>)])!.CreateDelegate<EmitHeader>(header)(bytes);
        return bytes;
    }

    public override string ToString() => $"{View}";

    private static List<EveryParser> Find() =>
    [
        .. from definition in typeof(MacAddress).Assembly.GetExportedTypes()
           where definition.IsByRefLike
           from type in Closed(definition)
           let tryParse = type.GetMethod("TryParse", [typeof(ReadOnlySpan<byte>), type.MakeByRefType()])
           where tryParse is not null
           orderby type.Name
           select new EveryParser(type, tryParse),
    ];

    /// <summary>The type itself; for one that is the same over both families of addresses, one of each.</summary>
    private static Type[] Closed(Type type) =>
        type.IsGenericTypeDefinition ? [type.MakeGenericType(typeof(IPv4Address)), type.MakeGenericType(typeof(IPv6Address))] : [type];

    private static TouchParser MakeTouch(Type view, MethodInfo tryParse)
    {
        DynamicMethod method = New($"Parse{view.Name}", typeof(void), typeof(ReadOnlySpan<byte>));
        ILGenerator il = method.GetILGenerator();
        Label end = il.DefineLabel();
        LocalBuilder parsed = EmitParse(il, view, tryParse, end);
        il.Emit(OpCodes.Ldloca, parsed);
        il.Emit(OpCodes.Call, TouchOf(view));
        il.MarkLabel(end);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<TouchParser>();
    }

    private static ParseHeader MakeParseHeader(Type view, MethodInfo tryParse, MethodInfo toHeader)
    {
        DynamicMethod method = New($"Header{view.Name}", typeof(object), typeof(ReadOnlySpan<byte>));
        ILGenerator il = method.GetILGenerator();
        Label refused = il.DefineLabel();
        LocalBuilder parsed = EmitParse(il, view, tryParse, refused);
        il.Emit(OpCodes.Ldloca, parsed);
        il.Emit(OpCodes.Call, toHeader);
        il.Emit(OpCodes.Box, toHeader.ReturnType);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(refused);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ParseHeader>();
    }

    private static LocalBuilder EmitParse(ILGenerator il, Type view, MethodInfo tryParse, Label refused)
    {
        LocalBuilder parsed = il.DeclareLocal(view);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloca, parsed);
        il.Emit(OpCodes.Call, tryParse);
        il.Emit(OpCodes.Brfalse, refused);
        return parsed;
    }

    private static DynamicMethod New(string name, Type result, Type argument) => new(name, result, [argument], typeof(EveryParser).Module, skipVisibility: true);

    private static DynamicMethod TouchOf(Type type)
    {
        if (!Touches.TryGetValue(type, out DynamicMethod? method))
        {
            method = New($"Touch{type.Name}", typeof(void), type.MakeByRefType());
            Touches.Add(type, method);
            EmitTouch(method.GetILGenerator(), type);
        }

        return method;
    }

    private static void EmitTouch(ILGenerator il, Type type)
    {
        MethodInfo? moveNext = type.GetMethod("MoveNext", Members);
        MethodInfo? current = type.GetProperty("Current", Members)?.GetMethod;
        if (moveNext is not null && current is not null)
        {
            Label again = il.DefineLabel();
            Label end = il.DefineLabel();
            il.MarkLabel(again);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, moveNext);
            il.Emit(OpCodes.Brfalse, end);
            EmitCall(il, current, () => { });
            il.Emit(OpCodes.Br, again);
            il.MarkLabel(end);
        }

        foreach (MethodInfo method in type.GetMethods(Members).Where(method => method != moveNext && method != current && method.Name != "GetEnumerator"))
        {
            ParameterInfo[] parameters = method.GetParameters();
            if (parameters.All(parameter => parameter.IsOut))
            {
                LocalBuilder[] results = [.. parameters.Select(parameter => il.DeclareLocal(parameter.ParameterType.GetElementType()!))];
                EmitCall(il, method, () => Array.ForEach(results, result => il.Emit(OpCodes.Ldloca, result)));
            }
            else if (parameters is [{ ParameterType: var index }] && index == typeof(int) && CountFor(type, method) is { } count)
            {
                EmitForEach(il, method, count);
            }
        }

        il.Emit(OpCodes.Ret);
    }

    private static MethodInfo? CountFor(Type type, MethodInfo method)
    {
        string name = method.Name == "get_Item" ? "Count" : method.Name.StartsWith("Get", StringComparison.Ordinal) ? $"{method.Name[3..]}Count" : "";
        return type.GetProperty(name, Members)?.GetMethod;
    }

    private static void EmitForEach(ILGenerator il, MethodInfo method, MethodInfo count)
    {
        LocalBuilder index = il.DeclareLocal(typeof(int));
        Label again = il.DefineLabel();
        Label end = il.DefineLabel();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Stloc, index);
        il.MarkLabel(again);
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, count);
        il.Emit(OpCodes.Bge, end);
        EmitCall(il, method, () => il.Emit(OpCodes.Ldloc, index));
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, index);
        il.Emit(OpCodes.Br, again);
        il.MarkLabel(end);
    }

    // Calls a method of the argument and touches what it returns, where that is a ref struct of the library.
    private static void EmitCall(ILGenerator il, MethodInfo method, Action emitArguments)
    {
        il.Emit(OpCodes.Ldarg_0);
        emitArguments();
        il.Emit(OpCodes.Call, method);
        if (method.ReturnType == typeof(void))
        {
            return;
        }

        if (!method.ReturnType.IsByRefLike || method.ReturnType.Assembly != typeof(MacAddress).Assembly)
        {
            il.Emit(OpCodes.Pop);
            return;
        }

        LocalBuilder result = il.DeclareLocal(method.ReturnType);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Ldloca, result);
        il.Emit(OpCodes.Call, TouchOf(method.ReturnType));
    }
}
