using Saker.Bpf;
using Saker.Kernel.AfXdp;

namespace Saker.Tests.Kernel.AfXdp;

/// <summary>A program that redirects to sockets, in every engine of this process, with a socket at queues 0 and 3.</summary>
internal sealed class RedirectMachine : IDisposable
{
    public const uint Pass = 2, Redirect = 4;

    private static readonly (BpfEngine Engine, MemoryChecks Checks)[] Engines =
        [(BpfEngine.Interpreter, MemoryChecks.All), (BpfEngine.Compiled, MemoryChecks.All), (BpfEngine.Compiled, MemoryChecks.None)];

    private readonly List<(LoadedObject Object, LoadedProgram Program)> _loaded = [];
    private readonly BpfCpu _cpu = new();
    private readonly XdpContext _context = new();

    public RedirectMachine(ObjectSpec spec, string program = RedirectProgram.ProgramName, string map = RedirectProgram.MapName)
    {
        foreach ((BpfEngine engine, MemoryChecks checks) in Engines)
        {
            Assert.True(LoadedObject.TryLoad(spec, new() { Engine = engine, Checks = checks }, out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
            _loaded.Add((loaded, loaded.Program(program)));
            foreach (uint queue in (uint[])[0, 3])
            {
                Assert.Equal(BpfError.None, loaded.Map(map).Update(BitConverter.GetBytes(queue), BitConverter.GetBytes(100 + queue)));
            }
        }
    }

    public RedirectMachine(XdpSteering steering)
        : this(RedirectProgram.Create(steering, 4))
    {
    }

    /// <summary>Whether a frame goes to the socket of its queue; else it goes on to the stack. All engines say the same.</summary>
    public bool Redirects(ReadOnlySpan<byte> frame, uint queue = 0, uint? key = null)
    {
        bool? first = null;
        foreach ((LoadedObject loaded, LoadedProgram program) in _loaded)
        {
            _context.Load(frame);
            _context.ReceiveQueue = queue;
            RunResult result = program.Run(_cpu, _context);
            Assert.True(result.IsCompleted, result.Fault.ToString());
            bool isRedirected = (uint)result.Value == Redirect;
            Assert.True(isRedirected || (uint)result.Value == Pass, $"it returned {result.Value}");
            if (isRedirected)
            {
                Assert.Equal((RedirectKind.Map, key ?? queue), (_cpu.Redirect.Kind, _cpu.Redirect.Key));
                Assert.Same(loaded.Maps.Values.Single(map => map.Type == MapType.XskMap), _cpu.Redirect.Map);
            }

            Assert.Equal(first ??= isRedirected, isRedirected);
            Assert.True(_context.Data.SequenceEqual(frame), "a program that steers changes nothing");
        }

        return first!.Value;
    }

    public void Dispose() => _loaded.ForEach(pair => pair.Object.Dispose());
}
