using Saker.Wire;

namespace Saker.Stack.Transport.Tcp;

/// <summary>How a segment is signed.</summary>
internal enum TcpSignature : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By an MD5 digest (RFC 2385).</summary>
    Md5,

    /// <summary>By the authentication option (RFC 5925).</summary>
    Authentication,

    /// <summary>It cannot be said: an option's length is wrong, or there are two signatures.</summary>
    Malformed,
}

/// <summary>Finds signatures among options.</summary>
internal static class TcpSignatures
{
    private const int Md5Length = 18;
    private const int ShortestAuthenticationLength = 5;

    /// <summary>
    /// The signature of a segment (<c>tcp_parse_auth_options</c>). As in a kernel without TCP-AO, the search ends where an MD5 signature would no longer
    /// fit in, so that faults behind that go unseen.
    /// </summary>
    public static TcpSignature Find(ReadOnlySpan<byte> options)
    {
        TcpSignature found = TcpSignature.None;
        while (options.Length >= Md5Length)
        {
            TcpOptionKind kind = (TcpOptionKind)options[0];
            if (kind == TcpOptionKind.EndOfOptions)
            {
                break;
            }

            if (kind == TcpOptionKind.NoOperation)
            {
                options = options[1..];
                continue;
            }

            int length = options[1];
            if (length < 2 || length > options.Length)
            {
                return TcpSignature.Malformed;
            }

            TcpSignature signature = kind switch
            {
                TcpOptionKind.Md5Signature => length == Md5Length ? TcpSignature.Md5 : TcpSignature.Malformed,
                TcpOptionKind.Authentication => length >= ShortestAuthenticationLength ? TcpSignature.Authentication : TcpSignature.Malformed,
                _ => TcpSignature.None,
            };
            if (signature == TcpSignature.Malformed || (signature != TcpSignature.None && found != TcpSignature.None))
            {
                return TcpSignature.Malformed;
            }

            found = signature == TcpSignature.None ? found : signature;
            options = options[length..];
        }

        return found;
    }
}
