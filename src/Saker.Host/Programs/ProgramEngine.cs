namespace Saker.Host.Programs;

/// <summary>Where a program is run.</summary>
public enum ProgramEngine
{
    /// <summary>In this process, instruction by instruction.</summary>
    Interpreter,

    /// <summary>In this process, compiled: without checks of memory where the verifier accepts the program, else with them.</summary>
    Compiled,

    /// <summary>In this process, compiled without checks of memory, verified or not: only for programs that the kernel has accepted.</summary>
    Unchecked,

    /// <summary>In the running kernel; takes root, or the capabilities that the kernel wants of who loads programs.</summary>
    Kernel,
}
