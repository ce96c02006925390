namespace Saker.Kernel.Bpf;

/// <summary>Whether the running kernel has something of BPF.</summary>
/// <param name="Name">What, as the kernel calls it.</param>
/// <param name="IsSupported">Whether it has it; null: that cannot be found out without side effects.</param>
/// <param name="Since">The first version of Linux that has it, if its build includes it; null: unknown.</param>
public readonly record struct BpfFeature(string Name, bool? IsSupported, Version? Since)
{
    /// <summary>One line that says it.</summary>
    public override string ToString()
    {
        string answer = IsSupported switch
        {
            true => "supported",
            false => "not supported",
            null => "unknown",
        };
        return Since is null ? $"{Name}: {answer}" : $"{Name}: {answer} (Linux {Since} has it)";
    }
}
