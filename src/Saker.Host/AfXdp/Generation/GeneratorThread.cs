using System.Diagnostics;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Scheduling;

namespace Saker.Host.AfXdp;

/// <summary>A thread that lets the kernel make frames, piece by piece, so that it can be stopped in between.</summary>
internal sealed class GeneratorThread
{
    private const long FirstPiece = 1024, LongestPiece = 1 << 22;
    private static readonly TimeSpan PieceTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLag = TimeSpan.FromMilliseconds(100);

    private readonly KernelProgram _program;
    private readonly byte[] _frame;
    private readonly int _cpu;
    private readonly GeneratorOptions _options;
    private readonly CancellationToken _stop;
    private readonly Thread _thread;

    public GeneratorThread(KernelProgram program, byte[] frame, int cpu, GeneratorOptions options, CancellationToken stop)
    {
        _program = program;
        _frame = frame;
        _cpu = cpu;
        _options = options;
        _stop = stop;
        _thread = new Thread(Run) { IsBackground = true, Name = $"generate {cpu}" };
    }

    /// <summary>Why the kernel ended it; null: it did not, or it runs still.</summary>
    public KernelException? Failure { get; private set; }

    public void Start() => _thread.Start();

    public bool Join(TimeSpan time) => _thread.Join(time);

    private void Run()
    {
        try
        {
            if (_cpu >= 0)
            {
                ThreadAffinity.Bind(_cpu);
            }

            if (_options.Rate is { } rate)
            {
                SendPaced(rate);
            }
            else
            {
                Send();
            }
        }
        catch (KernelException exception)
        {
            Failure = exception;
        }
    }

    private void Send()
    {
        long left = _options.Count ?? long.MaxValue, piece = FirstPiece;
        while (left > 0 && !_stop.IsCancellationRequested)
        {
            piece = Math.Min(piece, left);
            long began = Stopwatch.GetTimestamp();
            Send(piece);
            left -= piece;
            double times = PieceTime / Stopwatch.GetElapsedTime(began);
            piece = (long)Math.Clamp(piece * Math.Min(times, 8), 1, LongestPiece);
        }
    }

    private void SendPaced(double rate)
    {
        long left = _options.Count ?? long.MaxValue, sent = 0, began = Stopwatch.GetTimestamp();
        double forgone = 0;
        while (left > 0 && !_stop.IsCancellationRequested)
        {
            // Who was held up for long does not make up for it in one burst.
            double owed = (Stopwatch.GetElapsedTime(began).TotalSeconds * rate) - forgone - sent, most = Math.Max(1, LongestLag.TotalSeconds * rate);
            if (owed > most)
            {
                forgone += owed - most;
                owed = most;
            }

            long piece = Math.Min(Math.Min((long)owed, LongestPiece), left);
            if (piece > 0)
            {
                Send(piece);
                sent += piece;
                left -= piece;
            }

            TimeSpan next = TimeSpan.FromSeconds(Math.Max(0.001, (1 - (owed - piece)) / rate));
            _stop.WaitHandle.WaitOne(next < LongestLag ? next : LongestLag);
        }
    }

    private void Send(long count) =>
        _program.TestRun(_frame, default, default, default, new TestRunOptions { Repeat = (uint)count, SendsFrames = true, BatchSize = (int)Math.Min(_options.BatchSize, count) });
}
