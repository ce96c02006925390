namespace Saker.Stack.Observation;

/// <summary>
/// How much a receive path tells its observer, as a type: the JIT compiles a path for each, and what a type does not want costs nothing,
/// not even a test.
/// </summary>
public interface ITracing
{
    /// <summary>Whether the observer hears of stages, verdicts and transmitted packets.</summary>
    static abstract bool Stages { get; }

    /// <summary>Whether it hears of every check with the value seen, too.</summary>
    static abstract bool Details { get; }
}

/// <summary>Nobody watches: the path of a live host.</summary>
public readonly struct NoTracing : ITracing
{
    /// <inheritdoc/>
    public static bool Stages => false;

    /// <inheritdoc/>
    public static bool Details => false;
}

/// <summary>Stages and verdicts: the path of a replay.</summary>
public readonly struct StageTracing : ITracing
{
    /// <inheritdoc/>
    public static bool Stages => true;

    /// <inheritdoc/>
    public static bool Details => false;
}

/// <summary>Everything: the path of an explanation.</summary>
public readonly struct DetailTracing : ITracing
{
    /// <inheritdoc/>
    public static bool Stages => true;

    /// <inheritdoc/>
    public static bool Details => true;
}
