using System.Runtime.InteropServices;

namespace Saker.Cli.Commands;

/// <summary>Lets Ctrl-C, and a termination, end what a command does instead of the process.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _termination;

    public StopSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    /// <summary>Is cancelled by the signal, or by time.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Lets time end it, too.</summary>
    public void After(TimeSpan time) => _source.CancelAfter(time);

    public void Dispose()
    {
        _interrupt.Dispose();
        _termination.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }
}
