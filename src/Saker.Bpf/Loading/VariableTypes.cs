using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>Finds variables for those who have types of .NET for them.</summary>
public static class VariableTypes
{
    /// <summary>The global variable of a name, which must be of a type.</summary>
    /// <typeparam name="T">A number, or a structure laid out as in C.</typeparam>
    /// <param name="spec">The object.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another type.</exception>
    public static unsafe VariableSpec FindVariable<T>(this ObjectSpec spec, string name)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(spec);
        VariableSpec variable = spec.FindVariable(name);
        if (variable.Size != sizeof(T))
        {
            throw new ArgumentException($"The variable '{variable.Name}' has {variable.Size} bytes, and a {typeof(T).Name} {sizeof(T)}.");
        }

        if (spec.Types is { } types && variable.TypeId != 0 && IsWrong(types.Resolve(variable.TypeId), typeof(T)))
        {
            throw new ArgumentException($"The variable is declared '{BtfText.DeclarationOf(types, variable.TypeId, variable.Name)}', which is no {typeof(T).Name}.");
        }

        return variable;
    }

    /// <summary>Structures are believed, and so are arrays; among numbers the sign and the kind must be right. An enumeration is any number of its size.</summary>
    private static bool IsWrong(BtfType declared, Type given)
    {
        if (!given.IsPrimitive)
        {
            return false;
        }

        bool isFloat = given == typeof(float) || given == typeof(double);
        bool isSigned = given == typeof(sbyte) || given == typeof(short) || given == typeof(int) || given == typeof(long) || given == typeof(nint);
        return declared switch
        {
            BtfInteger { Encoding: BtfIntegerEncoding.Boolean } => given != typeof(bool) && given != typeof(byte),
            BtfInteger { Name: "char" } => isFloat || given == typeof(bool),
            BtfInteger integer => isFloat || given == typeof(bool) || isSigned != (integer.Encoding == BtfIntegerEncoding.Signed),
            BtfFloat => !isFloat,
            BtfPointer => given != typeof(ulong),
            BtfEnumeration => isFloat || given == typeof(bool),
            _ => false,
        };
    }
}
