namespace Saker.Bpf.Verification;

/// <summary>Which programs may name which maps (Linux 6.18, <c>check_map_prog_compatibility</c>).</summary>
internal static class ProgramMaps
{
    /// <summary>Whether programs of a type may use a map.</summary>
    /// <param name="program">A type of programs that run over packets.</param>
    /// <param name="map">The map's type.</param>
    /// <param name="hasLock">Whether there is a spin lock in its values.</param>
    public static bool IsAllowed(ProgramType program, MapType map, bool hasLock) =>
        map != MapType.StructOps && !(hasLock && program == ProgramType.SocketFilter);
}
