using System.Globalization;

namespace Saker.Host.Oracle;

/// <summary>What the machine must give before its kernel can be asked.</summary>
public static class KernelRequirements
{
    private const string Tracing = "/sys/kernel/tracing";

    /// <summary>The numbers of capabilities(7), and what each is needed for.</summary>
    private static readonly (int Number, string Name, string Purpose)[] Capabilities =
    [
        (21, "CAP_SYS_ADMIN", "to make network namespaces"),
        (12, "CAP_NET_ADMIN", "to set devices up in them"),
        (13, "CAP_NET_RAW", "to send frames"),
        (1, "CAP_DAC_OVERRIDE", "to read the kernel's tracepoints"),
    ];

    /// <summary>The commands that are executed, and the Debian packages that they are in.</summary>
    private static readonly (string Name, string Package)[] Tools = [("ip", "iproute2"), ("tc", "iproute2"), ("ethtool", "ethtool")];

    /// <summary>What is missing and what to do, in one line; null: nothing.</summary>
    public static string? WhatIsMissing { get; } = Find();

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the kernel to ask is Linux, and this is another system";
        }

        ulong held = ReadCapabilities();
        foreach ((int number, string name, string purpose) in Capabilities)
        {
            if ((held >> number & 1) == 0)
            {
                return $"{name} is missing, which is needed {purpose}; run it as root, as with sudo";
            }
        }

        foreach ((string name, string package) in Tools)
        {
            if (!Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':'), folder => File.Exists(Path.Combine(folder, name))))
            {
                return $"the command {name} is missing; install it (Debian: apt install {package})";
            }
        }

        return Directory.Exists(Tracing) ? null : $"the kernel shows no tracepoints: there is no {Tracing} (it needs CONFIG_FTRACE)";
    }

    private static ulong ReadCapabilities()
    {
        const string Effective = "CapEff:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Effective, StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong held) ? held : 0;
    }
}
