using FsCheck;

namespace Saker.Tests;

/// <summary>Runs properties: with as many inputs as the run may take, and shrunk to a small one where they fail.</summary>
internal static class Properties
{
    public static void Hold(Property property, int normal = 300, int @long = 30_000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Effort.Inputs(normal, @long)), property);
}
