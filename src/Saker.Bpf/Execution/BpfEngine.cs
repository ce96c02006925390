namespace Saker.Bpf;

/// <summary>What runs a program.</summary>
public enum BpfEngine
{
    /// <summary>Compilation where the runtime lets code be made (<see cref="System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled"/>), else the interpreter.</summary>
    Best,

    /// <summary>Every instruction is a call of the function that does it.</summary>
    Interpreter,

    /// <summary>The program is methods of .NET, which the runtime compiles to machine code.</summary>
    Compiled,
}

/// <summary>What is looked at before a program reaches memory.</summary>
public enum MemoryChecks
{
    /// <summary>Every access that is not plainly within the program's memory: a program can do nothing to the process.</summary>
    All,

    /// <summary>
    /// None. What is proven runs so by itself (<see cref="ExecutionOptions.Proof"/>). Who asks for it without a proof vouches for the program, which the kernel's verifier must have
    /// accepted: what any other one does to the process is undefined. Only <see cref="BpfEngine.Compiled"/> does without; the interpreter always checks.
    /// </summary>
    None,
}
