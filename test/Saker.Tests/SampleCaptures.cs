namespace Saker.Tests;

/// <summary>The captures of the folder <c>samples</c>, which every checkout has.</summary>
internal static class SampleCaptures
{
    /// <summary>The path of one.</summary>
    public static string PathOf(string name) => Path.Combine(Repository.Root, "samples", name);
}
