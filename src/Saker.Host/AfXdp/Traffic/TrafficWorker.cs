using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Scheduling;

namespace Saker.Host.AfXdp;

/// <summary>A thread that works with sockets that are its own.</summary>
internal sealed class TrafficWorker
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(100);

    private readonly XdpPort[] _ports;
    private readonly XdpSocket[] _sockets;
    private readonly TrafficLoop _loop;
    private readonly XdpTrafficOptions _options;
    private readonly int? _processor;
    private readonly Thread _thread;
    private long _spentTicks;
    private long _spentOn;
    private volatile bool _isStopping;
    private ExceptionDispatchInfo? _fault;

    public TrafficWorker(IEnumerable<XdpPort> ports, TrafficLoop loop, XdpTrafficOptions options, int? processor)
    {
        _ports = [.. ports];
        _sockets = [.. _ports.Select(port => port.Socket).OfType<XdpSocket>()];
        _loop = loop;
        _options = options;
        _processor = processor;
        _thread = new Thread(Run) { IsBackground = true, Name = "xsk traffic" };
    }

    public TimeSpan Spent => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _spentTicks));

    public long SpentOn => Volatile.Read(ref _spentOn);

    public void Start() => _thread.Start();

    public void Stop() => _isStopping = true;

    /// <summary>Waits for the end, and throws what ended it before its time.</summary>
    public void Join()
    {
        _thread.Join();
        _fault?.Throw();
    }

    private void Run()
    {
        try
        {
            if (_processor is { } processor)
            {
                ThreadAffinity.Bind(processor);
            }

            Array.ForEach(_ports, _loop.Prepare);
            Work();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
        }
    }

    private void Work()
    {
        long left = _options.Kind == TrafficKind.TransmitOnly ? long.MaxValue : _options.Count ?? long.MaxValue;
        while (!_isStopping && left > 0)
        {
            int done = 0;
            foreach (XdpPort port in _ports)
            {
                done += _options.MeasuresTime ? StepMeasured(port) : _loop.Step(port);
            }

            left -= done;
            if (done != 0)
            {
                continue;
            }

            if (Array.TrueForAll(_ports, _loop.IsDone))
            {
                return;
            }

            if (_options.Sleeps)
            {
                XdpSocket.WaitAny(_sockets, LongestSleep, _loop.WaitsForTransmit);
            }
        }
    }

    private int StepMeasured(XdpPort port)
    {
        long before = Stopwatch.GetTimestamp();
        int done = _loop.Step(port);
        if (done != 0)
        {
            _spentTicks += Stopwatch.GetTimestamp() - before;
            _spentOn += done;
        }

        return done;
    }
}
