namespace Saker.Tests;

/// <summary>How much a test over generated input does: little on every run, a great deal where <c>SAKER_LONG=1</c> asks for it.</summary>
public static class Effort
{
    /// <summary>Whether this run is a long one.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("SAKER_LONG") == "1";

    /// <summary>The number of inputs to try.</summary>
    public static int Inputs(int normal, int @long) => IsLong ? @long : normal;
}
