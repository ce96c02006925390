using System.Text;
using Saker.Cli;
using Saker.Cli.Output;

namespace Saker.Tests.Cli;

/// <summary>Tests that take the console for themselves, one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleCollection
{
    public const string Name = "Console";
}

/// <summary>One run of the command in this process: what it wrote, and how it ended.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ConsoleRun(int Code, string Output, string Error)
{
    private const string NoColor = "NO_COLOR";

    /// <summary>Runs the command.</summary>
    public static ConsoleRun Of(params string[] arguments)
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        Func<Stream> open = Terminal.OpenOutput;
        string? noColor = Environment.GetEnvironmentVariable(NoColor);
        using StringWriter writtenOutput = new();
        using StringWriter writtenError = new();
        using MemoryStream bytes = new();
        try
        {
            Environment.SetEnvironmentVariable(NoColor, "1");
            Console.SetOut(writtenOutput);
            Console.SetError(writtenError);
            Terminal.OpenOutput = () => new Unclosed(bytes);
            int code = CommandLine.Run(arguments);
            return new ConsoleRun(code, writtenOutput + Encoding.UTF8.GetString(bytes.ToArray()), writtenError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Terminal.OpenOutput = open;
            Environment.SetEnvironmentVariable(NoColor, noColor);
        }
    }

    /// <summary>Fails unless the run ended so, with one line on standard error that has the words, and no stack trace.</summary>
    public void AssertRefused(int code, string words)
    {
        Assert.Equal((code, string.Empty), (Code, Output));
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("saker: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    /// <summary>A stream that outlives whoever closes it.</summary>
    private sealed class Unclosed(MemoryStream bytes) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => bytes.Length;

        public override long Position { get => bytes.Position; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => bytes.Write(buffer, offset, count);
    }
}
