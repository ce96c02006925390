using System.Globalization;

namespace Saker.Cli.Output;

/// <summary>How many of a thing, in words.</summary>
internal static class Quantity
{
    /// <summary>The number and the thing, as in <c>1 frame</c> and <c>1,000 frames</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="thing">What one is called; more get an s.</param>
    public static string Of(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {Noun(count, thing)}");

    /// <summary>What so many of a thing are called.</summary>
    public static string Noun(long count, string thing) => count == 1 ? thing : thing + "s";
}
