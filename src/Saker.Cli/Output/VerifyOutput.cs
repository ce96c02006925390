using Saker.Cli.Commands;
using Saker.Host.Verification;

namespace Saker.Cli.Output;

/// <summary>The result of a verification, for a person or as JSON.</summary>
internal sealed class VerifyOutput : IVerificationSink, IDisposable
{
    private readonly Scene _scene;
    private readonly Stream? _stream;
    private readonly VerificationJson? _json;

    /// <summary>Begins it.</summary>
    public VerifyOutput(Scene scene, bool asJson)
    {
        _scene = scene;
        if (asJson)
        {
            _stream = Terminal.OpenOutput();
            _json = new VerificationJson(_stream, scene.File.Name, scene.Device.Name);
        }
    }

    /// <inheritdoc/>
    public void Difference(FrameDifference difference) => _json?.Difference(difference);

    /// <summary>Ends it.</summary>
    public void Finish(VerificationTotals totals)
    {
        if (_json is not null)
        {
            _json.Finish(totals);
        }
        else
        {
            new VerifyReport(_scene).Print(totals);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json?.Dispose();
        _stream?.Dispose();
    }
}
