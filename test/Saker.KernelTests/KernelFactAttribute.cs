using Saker.Kernel.Interop;

namespace Saker.KernelTests;

/// <summary>A test that asks the running kernel; skipped, with the reason, where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute() => Skip = KernelRequirements.WhatIsMissing;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute() => Skip = KernelRequirements.WhatIsMissing;
}

/// <summary>What the tests of this project need from the machine.</summary>
internal static class KernelRequirements
{
    /// <summary>Why the kernel cannot be asked; null when it can.</summary>
    public static string? WhatIsMissing { get; } = Find();

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
            if (!Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, tool))))
            {
                return $"skipped: the command {tool} is missing";
            }
        }

        return Directory.Exists("/sys/kernel/tracing") ? null : "skipped: the kernel has no tracefs";
    }
}
