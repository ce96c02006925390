using Saker.Kernel.Interop;
using Saker.KernelTests.Bpf.Verification;

namespace Saker.KernelTests;

/// <summary>A test that asks the running kernel; skipped, with the reason, where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute() => Skip = KernelRequirements.WhatIsMissing;

    /// <summary>How many processors it takes.</summary>
    public int Processors
    {
        get;
        set => Skip ??= KernelRequirements.Processors(field = value);
    }

    /// <summary>A command that it executes, beside those that most tests do.</summary>
    public string? Command
    {
        get;
        set => Skip ??= (field = value) is { } name ? KernelRequirements.Command(name) : null;
    }

    /// <summary>Whether it loads programs without any capability, which the machine can be made to allow.</summary>
    public bool LoadsWithoutPrivileges
    {
        get;
        set => Skip ??= (field = value) ? UnprivilegedPrograms.WhyForbidden : null;
    }

    /// <summary>Whether it goes over the capture folder.</summary>
    public bool NeedsCaptures
    {
        get;
        set => Skip ??= (field = value) ? CaptureFolder.SkipReason : null;
    }
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute() => Skip = KernelRequirements.WhatIsMissing;

    /// <inheritdoc cref="KernelFactAttribute.Processors"/>
    public int Processors
    {
        get;
        set => Skip ??= KernelRequirements.Processors(field = value);
    }

    /// <inheritdoc cref="KernelFactAttribute.NeedsCaptures"/>
    public bool NeedsCaptures
    {
        get;
        set => Skip ??= (field = value) ? CaptureFolder.SkipReason : null;
    }
}

/// <summary>What the tests of this project need from the machine.</summary>
internal static class KernelRequirements
{
    /// <summary>Why the kernel cannot be asked; null when it can.</summary>
    public static string? WhatIsMissing { get; } = Find();

    /// <summary>What is to be said of a test that takes more processors than there are; null when it does not.</summary>
    public static string? Processors(int count) =>
        Environment.ProcessorCount < count ? $"skipped: needs {count} processors" : null;

    /// <summary>What is to be said of a test that executes a command; null where that is there.</summary>
    public static string? Command(string name) =>
        Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, name)))
            ? null
            : $"skipped: the command {name} is missing";

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "skipped: the oracle is a Linux kernel";
        }

        if (Libc.geteuid() != 0)
        {
            return "skipped: needs root (network namespaces, packet sockets, tracefs)";
        }

        foreach (var tool in (string[])["ip", "tc", "ethtool", "nft"])
        {
            if (Command(tool) is { } missing)
            {
                return missing;
            }
        }

        return Directory.Exists("/sys/kernel/tracing") ? null : "skipped: the kernel has no tracefs";
    }
}
