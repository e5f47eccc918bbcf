namespace CryptoMcp.Server.QuickStart;

/// <summary>Protocol revisions that have prepared answers.</summary>
public static class Revision
{
    /// <summary>The revision without handshake: every request says who asks and in which revision.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>Revisions that open with <c>initialize</c>, oldest first.</summary>
    public static IReadOnlyList<string> Legacy { get; } = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
}
