using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Saker.Stack.Softirq;

namespace Saker.Stack.Nic;

/// <summary>The interrupts of a machine: which handler each vector has, and how often it came on which CPU (/proc/interrupts).</summary>
public sealed class InterruptController
{
    /// <summary>The number of the first vector: those below belong to the machine itself.</summary>
    public const int FirstNumber = 24;

    /// <summary>The most vectors that one device can have with MSI-X (PCI Local Bus Specification 3.0, 6.8.2).</summary>
    public const int MostVectorsOfDevice = 2048;

    private readonly int _cpuCount;

    /// <summary>Sets up a controller.</summary>
    /// <param name="cpuCount">How many CPUs the machine has.</param>
    public InterruptController(int cpuCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cpuCount, 1);
        _cpuCount = cpuCount;
    }

    /// <summary>The vectors by number.</summary>
    public ImmutableArray<InterruptVector> Vectors { get; private set; } = [];

    /// <summary>Registers a handler (<c>request_irq</c>). The vector is masked at first. For the control thread.</summary>
    /// <param name="name">What /proc/interrupts calls it.</param>
    /// <param name="handler">What runs when it comes.</param>
    /// <param name="cpu">The CPU that it comes to.</param>
    public InterruptVector Request(string name, IInterruptHandler handler, Cpu cpu)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(cpu);
        InterruptVector vector = new(FirstNumber + Vectors.Length, name, handler, cpu, _cpuCount);
        Vectors = Vectors.Add(vector);
        return vector;
    }

    /// <summary>The table as /proc/interrupts shows it.</summary>
    public override string ToString()
    {
        StringBuilder text = new("    ");
        for (int cpu = 0; cpu < _cpuCount; cpu++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{"CPU" + cpu,11}");
        }

        text.Append('\n');
        foreach (InterruptVector vector in Vectors)
        {
            text.Append(CultureInfo.InvariantCulture, $"{vector.Number,3}:");
            foreach (long count in vector.Counts)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count,11}");
            }

            text.Append(CultureInfo.InvariantCulture, $"  PCI-MSIX    {vector.Name}\n");
        }

        return text.ToString();
    }
}
