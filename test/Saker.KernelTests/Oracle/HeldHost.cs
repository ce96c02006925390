using System.Globalization;
using Saker.Kernel.AfXdp;

namespace Saker.KernelTests.Oracle;

/// <summary>
/// What this assembly does when it is run as a program: it sets a host up, says so, and waits to be killed (<c>hold</c>) or ends as a run should
/// (<c>end</c>); or it attaches a program to a device and waits to be killed. So a test sees what either leaves behind.
/// </summary>
internal static class HeldHost
{
    public const string Hold = "hold", End = "end", HoldProgram = "hold-program", Ready = "ready";

    public static int Main(string[] arguments)
    {
        if (arguments is [HoldProgram, var device])
        {
            using var program = XdpSocketProgram.Attach(int.Parse(device, CultureInfo.InvariantCulture));
            Console.WriteLine(Ready);
            Thread.Sleep(Timeout.Infinite);
        }

        if (arguments is not [Hold or End])
        {
            Console.Error.WriteLine("These are tests: dotnet test test/Saker.KernelTests");
            return 2;
        }

        using var oracle = new KernelOracle();
        using var host = oracle.SetUp(Differential.DifferentialConfigurations.All[0]);
        Console.WriteLine(Ready);
        if (arguments[0] == Hold)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        return 0;
    }
}
