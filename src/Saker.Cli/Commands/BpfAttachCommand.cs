using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Attachment;
using Saker.Host.Programs;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf attach</c>: a program to a hook of a device.</summary>
internal sealed class BpfAttachCommand
{
    private readonly Argument<string> _source = new("PROG.o|PIN|ID")
    {
        Description = "An object (clang -target bpf -g -O2 -c), or a program that is in the kernel already: the path at which it is pinned, or its id.",
    };

    private readonly Option<string> _device = new("--device", "-d") { Description = "The device, in this network namespace.", HelpName = "DEV", Required = true };

    private readonly Option<string?> _program = new("--program", "-p") { Description = "Of an object: which program, by its function's name.", HelpName = "NAME" };

    private readonly Option<AttachHook?> _type = HookOption.Create("Where: before a packet is made, or at traffic control. Default: what the program's section says; tc programs at ingress.");

    private readonly Option<XdpMode> _mode = WordOption.Create("--mode", "For XDP: run by the driver (native), or in front of the stack (generic). Default: native where the driver can.", ("native", XdpMode.Native), ("generic", XdpMode.Generic));

    private readonly Option<string?> _pin = new("--pin")
    {
        Description = "Pin the attachment at this path of a bpffs: the program stays attached when the command has ended, until 'saker bpf detach' or the file is deleted.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _wait = new("--wait") { Description = "Keep the program attached until Ctrl-C, and print the object's maps then." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfAttachCommand attach = new();
        Command command = new(
            "attach",
            "Attach an XDP or tc program to a device of the running kernel (as root). An attachment lasts as long as somebody holds it: give it a name (--pin), or wait (--wait).")
        {
            attach._source, attach._device, attach._program, attach._type, attach._mode, attach._pin, attach._wait,
        };
        command.SetAction(attach.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        (string? pin, bool waits) = (parsed.GetValue(_pin), parsed.GetValue(_wait));
        if (pin is null && !waits)
        {
            return ExitCode.Refuse("the program would be detached again as soon as this command ends: keep it with --pin PATH (below /sys/fs/bpf), or wait for Ctrl-C with --wait.");
        }

        if (pin is not null)
        {
            PinFolder.Create(Path.GetDirectoryName(Path.GetFullPath(pin)) ?? "/");
        }

        string device = parsed.GetRequiredValue(_device);
        int index = DeviceName.IndexOf(device);
        if (index == 0)
        {
            return ExitCode.Fail($"there is no device '{device}' in this network namespace; 'ip link' lists those that there are");
        }

        using Loaded loaded = new();
        if (!TryLoad(parsed, loaded, out AttachHook? section, out int code))
        {
            return code;
        }

        AttachHook? hook = parsed.GetValue(_type) ?? section;
        if (hook is not { } place || !AttachHooks.Takes(place, loaded.Program.Type))
        {
            return ExitCode.Refuse(hook is null
                ? $"a program of type {loaded.Program.Type.KernelName()} is attached to no device; XDP and tc programs are."
                : $"{AttachHooks.NameOf(hook.Value)} takes no program of type {loaded.Program.Type.KernelName()}.");
        }

        using KernelAttachment attachment = DeviceAttachments.Attach(loaded.Program, index, place, parsed.GetValue(_mode));
        KernelLink? link = attachment as KernelLink;
        if (pin is not null && link is not null)
        {
            link.Pin(pin);
        }

        string id = loaded.Program.Id.ToString(CultureInfo.InvariantCulture);
        string how = link is null ? "by netlink: this kernel has no links, so it stays until 'saker bpf detach'"
            : string.Create(CultureInfo.InvariantCulture, $"by link {link.Info.Id}{(pin is null ? "" : $", pinned at {pin}")}");
        Console.Out.WriteLine($"program {id} is attached to {device} ({AttachHooks.NameOf(place)}) {how}");
        if (waits)
        {
            Wait(loaded, pin is not null);
        }

        return ExitCode.Success;
    }

    private bool TryLoad(ParseResult parsed, Loaded loaded, out AttachHook? hook, out int code)
    {
        hook = null;
        code = ExitCode.Success;
        string source = parsed.GetRequiredValue(_source);
        bool isId = uint.TryParse(source, NumberStyles.None, CultureInfo.InvariantCulture, out uint id);
        if (isId || (File.Exists(source) && BpfFileSystem.Contains(source)))
        {
            if (parsed.GetValue(_program) is not null)
            {
                code = ExitCode.Refuse("--program chooses among the programs of an object, and this is one program of the kernel.");
                return false;
            }

            loaded.Program = isId ? KernelProgram.OpenById(id) : KernelProgram.OpenPinned(source);
            hook = AttachHooks.For(loaded.Program.Type, null);
            return true;
        }

        if (!ObjectFile.TryRead(source, out ObjectSpec? spec, out string? fault))
        {
            code = ExitCode.Fail(fault);
            return false;
        }

        if (!ProgramChoice.TryFind(spec, parsed.GetValue(_program), known => AttachHooks.For(known.Type, null) is not null, "can be attached to a device", out ProgramSpec? program, out fault))
        {
            code = ExitCode.Refuse($"{source}: {fault}.");
            return false;
        }

        if (!KernelObject.TryLoad(spec, out KernelObject? made, out KernelRefusal? refusal, new KernelObjectOptions { Programs = [.. TailCalls.Reachable(spec, [program.Name])] }))
        {
            code = ExitCode.Fail($"{source}: {refusal}{(refusal is ProgramRefusal { Log.Length: > 0 } ? " ('saker bpf load --log' prints all that the verifier said)" : "")}");
            return false;
        }

        loaded.Object = made;
        loaded.Program = made.Program(program.Name);
        hook = AttachHooks.For(program.Type, program.AttachType);
        return true;
    }

    private static void Wait(Loaded loaded, bool stays)
    {
        Console.Error.WriteLine(stays ? "Ctrl-C ends this command, and the program stays attached." : "Ctrl-C detaches it.");
        using (StopSignal signal = new())
        {
            signal.Token.WaitHandle.WaitOne();
        }

        if (loaded.Object is { } made)
        {
            new MapReport(new Columns(Terminal.Output)).PrintAll(made, constants: false, int.MaxValue);
        }
    }

    /// <summary>What was loaded for the command.</summary>
    private sealed class Loaded : IDisposable
    {
        public KernelObject? Object { get; set; }

        [NotNull]
        public KernelProgram? Program { get => field!; set; }

        public void Dispose()
        {
            Program?.Dispose();
            Object?.Dispose();
        }
    }
}
