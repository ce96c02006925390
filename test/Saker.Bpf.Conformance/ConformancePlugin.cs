using System.Diagnostics;

namespace Saker.Bpf.Conformance;

/// <summary>
/// What the public <c>bpf_conformance</c> runner calls for each of its tests: <c>PLUGIN [MEMORY] [OPTIONS]</c>. The program, or with <c>--elf</c> an object of which the first
/// program is taken, comes as hexadecimal bytes on standard input; r1 is the address of the memory and r2 its length; r0 goes to standard output in hexadecimal. Faults go
/// to standard error, with exit code 1, misuse with 2.
/// </summary>
internal static class ConformancePlugin
{
    private const int Completed = 0, Failed = 1, Misused = 2;
    private const int ClockHelper = 5;

    /// <summary>Runs a test.</summary>
    public static int Run(string[] arguments, TextReader input, TextWriter output, TextWriter errors)
    {
        byte[] memory = [];
        BpfEngine engine = BpfEngine.Interpreter;
        bool isObject = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            // The runner hands over all options as one argument, which may be empty.
            foreach (string option in arguments[i].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (option)
                {
                    case "--interpreter":
                        engine = BpfEngine.Interpreter;
                        break;
                    case "--compiled":
                        engine = BpfEngine.Compiled;
                        break;
                    case "--elf":
                        isObject = true;
                        break;
                    default:
                        if (option.StartsWith('-'))
                        {
                            return Tell(errors, Misused, $"there is no option '{option}'; there are --interpreter, --compiled and --elf");
                        }

                        if (i != 0)
                        {
                            return Tell(errors, Misused, $"'{option}' is no option; memory is the first argument");
                        }

                        break;
                }
            }

            if (i == 0 && !arguments[0].StartsWith('-') && !TryParse(arguments[0], out memory))
            {
                return Tell(errors, Misused, "the memory is not written in hexadecimal bytes");
            }
        }

        if (!TryParse(input.ReadToEnd(), out byte[] code) || (!isObject && code.Length % BpfInstruction.Size != 0))
        {
            return Tell(errors, Failed, $"the program is not written in hexadecimal bytes{(isObject ? "" : $", {BpfInstruction.Size} to an instruction")}");
        }

        if (!isObject)
        {
            return Run(BpfInstruction.ReadAll(code, !BitConverter.IsLittleEndian), engine, memory, output, errors);
        }

        if (!BpfObject.TryRead(code, out ObjectSpec? spec, out ObjectFault? fault))
        {
            return Tell(errors, Failed, fault.ToString());
        }

        return spec.Programs.IsEmpty
            ? Tell(errors, Failed, "there is no program in the object")
            : Run([.. spec.Programs[0].Instructions], engine, memory, output, errors);
    }

    private static int Run(BpfInstruction[] slots, BpfEngine engine, byte[] memory, TextWriter output, TextWriter errors)
    {
        HelperTable helpers = new();
        helpers.Add(ClockHelper, static (_, _, _, _, _, _) => (ulong)Stopwatch.GetElapsedTime(0).Ticks * 100);
        if (!BpfProgram.TryCreate(slots, out BpfProgram? program, out InstructionFault? fault)
            || !BpfExecutable.TryCreate(program, new ExecutionOptions { Engine = engine, Helpers = helpers }, out BpfExecutable? executable, out fault))
        {
            return Tell(errors, Failed, fault.ToString());
        }

        RunResult result = executable.Run(new BpfCpu(), memory);
        if (!result.IsCompleted)
        {
            return Tell(errors, Failed, result.Fault.ToString());
        }

        output.WriteLine(result.Value.ToString("x"));
        return Completed;
    }

    /// <summary>Bytes of two digits, with any white space between them.</summary>
    private static bool TryParse(string text, out byte[] bytes)
    {
        try
        {
            bytes = Convert.FromHexString(string.Concat(text.Where(character => !char.IsWhiteSpace(character))));
            return true;
        }
        catch (FormatException)
        {
            bytes = [];
            return false;
        }
    }

    private static int Tell(TextWriter errors, int code, string message)
    {
        errors.WriteLine(message);
        return code;
    }
}
