using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>Whether a type of .NET is the one that a variable has.</summary>
internal static class VariableTypes
{
    /// <summary>Throws where it is not.</summary>
    public static unsafe void Require<T>(ObjectSpec spec, in VariableSpec variable)
        where T : unmanaged
    {
        if (variable.Size != sizeof(T))
        {
            throw new ArgumentException($"The variable '{variable.Name}' has {variable.Size} bytes, and a {typeof(T).Name} {sizeof(T)}.");
        }

        if (spec.Types is { } types && variable.TypeId != 0 && IsWrong(types.Resolve(variable.TypeId), typeof(T)))
        {
            throw new ArgumentException($"The variable is declared '{BtfText.DeclarationOf(types, variable.TypeId, variable.Name)}', which is no {typeof(T).Name}.");
        }
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
