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
    private long _batches;
    private readonly TimeHistogram? _times;
    private volatile bool _isStopping;
    private ExceptionDispatchInfo? _fault;

    public TrafficWorker(IEnumerable<XdpPort> ports, TrafficLoop loop, XdpTrafficOptions options, int? processor)
    {
        _ports = [.. ports];
        _sockets = [.. _ports.Select(port => port.Socket).OfType<XdpSocket>()];
        _loop = loop;
        _options = options;
        _processor = processor;
        _times = options.MeasuresTime ? new TimeHistogram() : null;
        _thread = new Thread(Run) { IsBackground = true, Name = "xsk traffic" };
    }

    /// <summary>What it has cost, once it has ended.</summary>
    public TrafficCost Cost { get; private set; }

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
            TimeSpan began = ThreadTime.Processor;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            Work();
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Cost = new TrafficCost(Stopwatch.GetElapsedTime(0, _spentTicks), _spentOn, _batches, ThreadTime.Processor - began, allocated) { MedianNanoseconds = _times?.Median ?? 0 };
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

            if (AreAllDone())
            {
                return;
            }

            if (_options.Sleeps)
            {
                XdpSocket.WaitAny(_sockets, LongestSleep, _loop.WaitsForTransmit);
            }
        }
    }

    private bool AreAllDone()
    {
        foreach (XdpPort port in _ports)
        {
            if (!_loop.IsDone(port))
            {
                return false;
            }
        }

        return true;
    }

    private int StepMeasured(XdpPort port)
    {
        long before = Stopwatch.GetTimestamp();
        int done = _loop.Step(port);
        if (done != 0)
        {
            long time = Stopwatch.GetTimestamp() - before;
            _spentTicks += time;
            _spentOn += done;
            _times!.Add(time, done);
            _batches++;
        }

        return done;
    }
}
