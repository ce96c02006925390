namespace Saker.Bpf.Verification.States;

/// <summary>Something that a program has acquired and must give back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Instruction">Where it was acquired.</param>
/// <param name="IsLock">Whether it is a spin lock.</param>
/// <param name="Map">Of a lock: the map in whose value it is.</param>
internal readonly record struct HeldReference(uint Id, int Instruction, bool IsLock, int Map);
