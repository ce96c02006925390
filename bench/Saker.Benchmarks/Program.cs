using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Saker.Benchmarks;
using Saker.Benchmarks.Comparing;

if (args is ["compare", .. string[] names])
{
    return CompareCommand.Run(names);
}

if (args is ["profile", .. string[] rest])
{
    return Profile.Run(rest is [string seconds, ..] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 10, rest is [_, string subject] ? subject : "path");
}

if (args is ["profile-card"])
{
    return CardProfile.Run(seconds: 4);
}

// In process, so that nothing is restored or built anew.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default);
BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args, config);
return 0;
