namespace Saker.Stack.Driver;

/// <summary>A device's driver, of a card or of a link.</summary>
internal abstract class DeviceDriver : IDisposable
{
    /// <summary>Frees the frames that are being sent. Nobody drives the CPUs any more.</summary>
    public abstract void ClearTransmission();

    /// <summary>Takes the device down and gives its memory back. Packets that lie in it must have been freed.</summary>
    public abstract void Dispose();
}
