namespace Saker.Host.AfXdp;

/// <summary>Whether something works at a device.</summary>
/// <param name="Name">What, in a word or two.</param>
/// <param name="Works">Whether it does now; null: the kernel does not tell.</param>
/// <param name="Reason">Why, or how.</param>
/// <param name="Remedy">The command, or what is to be done, that makes it work; null: it works, or nothing does.</param>
public sealed record CheckAnswer(string Name, bool? Works, string Reason, string? Remedy = null);
