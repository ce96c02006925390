using System.Diagnostics;
using System.Globalization;

namespace Saker.KernelTests.Steering;

/// <summary>
/// A sysctl of the whole machine, changed for a moment. It gets its value back when this is disposed, and also when the process dies: a shell that waits for
/// the end of its input sees to that. Other runs wait until then.
/// </summary>
internal sealed class MachineSetting : IDisposable
{
    private const string Guard =
        """
        trap '' INT TERM HUP
        exec 9> "$2" && flock 9 && old=$(cat "$1") && echo "$old" || exit 1
        cat > /dev/null
        echo "$old" > "$1"
        """;

    private readonly Process _guard;
    private readonly string _path;
    private readonly string _original;

    public MachineSetting(string name)
    {
        _path = "/proc/sys/" + name.Replace('.', '/');
        _guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guard, "sh", _path, $"/run/lock/saker-oracle-{name}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _original = _guard.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{name} cannot be guarded");
    }

    /// <summary>Changes the value.</summary>
    public void Set(int value) => File.WriteAllText(_path, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets the value that it had at first.</summary>
    public void Restore() => File.WriteAllText(_path, _original);

    public void Dispose()
    {
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
    }
}
