namespace Saker.Stack.Driver;

/// <summary>
/// What must be done where a device's writes and a CPU's reads of the same memory do not see each other by themselves (kernel documentation:
/// core-api/dma-api.rst, <c>dma_sync_single_range_for_cpu</c>). The model's card needs nothing; a live link may.
/// </summary>
public interface IMemorySynchronizer
{
    /// <summary>The CPU is about to read what the device has written.</summary>
    void SyncForCpu(long address, int length);

    /// <summary>The device may write from now on.</summary>
    void SyncForDevice(long address, int length);
}
