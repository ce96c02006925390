namespace Saker.Host.Programs;

/// <summary>
/// Measures how long a program runs, in several engines in turn, so that what disturbs the machine disturbs all of them. Each frame is loaded once and run over often; what
/// the program changes in it remains for the next run, in the kernel as here.
/// </summary>
public sealed class ProgramBench
{
    private const int Rounds = 15;

    private readonly IReadOnlyList<IProgramRunner> _runners;
    private readonly List<byte[]> _frames = [];

    /// <summary>Makes a bench.</summary>
    /// <param name="runners">The engines.</param>
    public ProgramBench(IReadOnlyList<IProgramRunner> runners) => _runners = runners;

    /// <summary>How many frames there are.</summary>
    public int Frames => _frames.Count;

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame, from its link header.</param>
    public void Add(ReadOnlySpan<byte> frame) => _frames.Add(frame.ToArray());

    /// <summary>Measures.</summary>
    /// <param name="repeat">How often the program is run over a frame in each round.</param>
    /// <param name="arrival">How frames come.</param>
    /// <returns>A result for each engine, in their order.</returns>
    public IReadOnlyList<BenchResult> Run(int repeat, in FrameArrival arrival)
    {
        List<double>[] rounds = [.. _runners.Select(_ => new List<double>())];
        int[] stopped = new int[_runners.Count];

        // The first rounds make everything warm.
        const int WarmUp = 3;
        for (int round = -WarmUp; round < Rounds; round++)
        {
            for (int i = 0; i < _runners.Count; i++)
            {
                double mean = MeanOf(_runners[i], repeat, arrival, out stopped[i]);
                if (round >= 0 && stopped[i] < _frames.Count)
                {
                    rounds[i].Add(mean);
                }
            }
        }

        return [.. _runners.Select((runner, i) => BenchResult.Of(runner.Engine, rounds[i], stopped[i]))];
    }

    private double MeanOf(IProgramRunner runner, int repeat, in FrameArrival arrival, out int stopped)
    {
        double sum = 0;
        stopped = 0;
        foreach (byte[] frame in _frames)
        {
            double mean = runner.Measure(frame, arrival, repeat);
            sum += Math.Max(mean, 0);
            stopped += mean < 0 ? 1 : 0;
        }

        return sum / Math.Max(1, _frames.Count - stopped);
    }
}

/// <summary>How long a program runs in an engine.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Median">The median over rounds of the mean time of a run, in nanoseconds; not a number: it was stopped at every frame.</param>
/// <param name="Least">The shortest round.</param>
/// <param name="Most">The longest round.</param>
/// <param name="Stopped">Frames at which it was stopped, or that it cannot be run over; they do not count.</param>
public sealed record BenchResult(string Engine, double Median, double Least, double Most, int Stopped)
{
    internal static BenchResult Of(string engine, List<double> rounds, int stopped)
    {
        rounds.Sort();
        return rounds.Count == 0
            ? new BenchResult(engine, double.NaN, double.NaN, double.NaN, stopped)
            : new BenchResult(engine, rounds[rounds.Count / 2], rounds[0], rounds[^1], stopped);
    }
}
