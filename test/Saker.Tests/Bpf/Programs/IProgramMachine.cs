using Saker.Bpf;

namespace Saker.Tests.Bpf.Programs;

/// <summary>An object that is loaded somewhere, with one of its programs to run.</summary>
internal interface IProgramMachine : IDisposable
{
    /// <summary>A map of the object.</summary>
    IBpfMap Map(string name);

    /// <summary>Runs the program over a frame.</summary>
    ProgramOutput Run(ProgramFrame frame);

    /// <summary>Takes what lies in a ring buffer, or in a perf event array.</summary>
    IEnumerable<byte[]> Records(string name);
}
