namespace Saker.Tests;

/// <summary>A table test that executes a command of the system; skipped, with the reason, where that is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CommandTheoryAttribute : TheoryAttribute
{
    /// <param name="command">The command's name.</param>
    public CommandTheoryAttribute(string command)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Skip = Array.Exists(folders, folder => File.Exists(Path.Combine(folder, command))) ? null : $"The command {command} is missing.";
    }
}
