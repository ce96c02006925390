namespace Saker.KernelTests.Cases;

/// <summary>A question to the kernel: frames that are sent one after the other to a fresh host.</summary>
internal sealed record FrameCase(string Name, params byte[][] Frames);
