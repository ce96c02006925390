using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;

namespace Saker.Bpf.Compilation;

/// <summary>Writes the code of a method, and a listing of it where one is wanted.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class IlWriter
{
    private readonly ILGenerator _code;
    private readonly StringBuilder? _listing;
    private readonly List<string> _names = [];
    private int _labels;

    /// <summary>Writes a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="listing">Gets the listing; null: none is wanted.</param>
    public IlWriter(DynamicMethod method, StringBuilder? listing)
    {
        _code = method.GetILGenerator();
        _listing = listing;
        _listing?.Append(CultureInfo.InvariantCulture, $"{method.Name}:\n");
    }

    /// <summary>Makes a local variable.</summary>
    public LocalBuilder Local(Type type, string name)
    {
        _names.Add(name);
        return _code.DeclareLocal(type);
    }

    /// <summary>Makes a local variable of 64 bits.</summary>
    public LocalBuilder Local(string name) => Local(typeof(ulong), name);

    /// <summary>Makes a label.</summary>
    public Label NewLabel()
    {
        _labels++;
        return _code.DefineLabel();
    }

    /// <summary>Lets a label stand here.</summary>
    public void Mark(Label label)
    {
        _code.MarkLabel(label);
        _listing?.Append(CultureInfo.InvariantCulture, $"L{label.Id}:\n");
    }

    /// <summary>A line of the listing that is no code.</summary>
    public void Comment(string text) => _listing?.Append("  // ").Append(text).Append('\n');

    /// <summary>Whether there is a listing.</summary>
    public bool IsListed => _listing is not null;

    /// <summary>Writes an operation without operand.</summary>
    public void Emit(OpCode operation)
    {
        _code.Emit(operation);
        List(operation, "");
    }

    /// <summary>Writes an operation on a local variable.</summary>
    public void Emit(OpCode operation, LocalBuilder local)
    {
        _code.Emit(operation, local);
        List(operation, _names[local.LocalIndex]);
    }

    /// <summary>Writes a branch.</summary>
    public void Emit(OpCode operation, Label target)
    {
        _code.Emit(operation, target);
        List(operation, $"L{target.Id}");
    }

    /// <summary>Writes a branch to the label of a number.</summary>
    public void Switch(Label[] targets)
    {
        _code.Emit(OpCodes.Switch, targets);
        List(OpCodes.Switch, string.Join(", ", targets.Select(static target => $"L{target.Id}")));
    }

    /// <summary>Writes an operation on a field.</summary>
    public void Emit(OpCode operation, FieldInfo field)
    {
        _code.Emit(operation, field);
        List(operation, $"{field.DeclaringType!.Name}.{field.Name}");
    }

    /// <summary>Writes an operation on a type.</summary>
    public void Emit(OpCode operation, Type type)
    {
        _code.Emit(operation, type);
        List(operation, type.Name);
    }

    /// <summary>Calls a method.</summary>
    public void Call(MethodInfo method)
    {
        OpCode operation = method is { IsStatic: false, IsVirtual: true } ? OpCodes.Callvirt : OpCodes.Call;
        _code.Emit(operation, method);
        List(operation, method.DeclaringType is { } type ? $"{type.Name}.{method.Name}" : method.Name);
    }

    /// <summary>Loads an argument.</summary>
    public void Argument(int number)
    {
        _code.Emit(OpCodes.Ldarg, (short)number);
        List(OpCodes.Ldarg, number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Loads a number of 64 bits.</summary>
    public void Constant(ulong value)
    {
        _code.Emit(OpCodes.Ldc_I8, (long)value);
        List(OpCodes.Ldc_I8, $"0x{value:x}");
    }

    /// <summary>Loads a number of 32 bits.</summary>
    public void Constant(int value)
    {
        _code.Emit(OpCodes.Ldc_I4, value);
        List(OpCodes.Ldc_I4, value.ToString(CultureInfo.InvariantCulture));
    }

    private void List(OpCode operation, string operand) => _listing?.Append("    ").Append(operation.Name).Append(' ').Append(operand).Append('\n');
}
