using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server;

/// <summary>
/// The little that the server has to be told. It holds no key, no policy and no ledger; those are the guard's.
/// </summary>
public sealed record ServerOptions
{
    /// <summary>The guard's Unix socket. Nothing is connected before the first call that needs it.</summary>
    public required string GuardSocketPath { get; init; }

    /// <summary>Starts a guard when none listens; see <see cref="GuardClient"/>.</summary>
    public Func<CancellationToken, ValueTask>? EnsureGuard { get; init; }

    /// <summary>
    /// The user's chains and endpoints (<c>chains.json</c> in the home directory), added to the built-in ones. A file that
    /// does not exist is an empty one.
    /// </summary>
    public string? ChainsFile { get; init; }

    /// <summary>
    /// The owner's exceptions from the rules for strangers' addresses (<c>web.json</c> in the home directory); a file that does
    /// not exist makes none.
    /// </summary>
    public string? WebFile { get; init; }

    /// <summary>Where final logs of chains are kept between runs; absent to keep them in memory only. Holds public data alone.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Where payers reach <c>/invoices/…</c> of this server; null where it serves none.</summary>
    public Uri? InvoiceAddress { get; init; }

    /// <summary>Which tools are offered.</summary>
    public ToolSelection Tools { get; init; } = ToolSelection.Default;

    /// <summary>No guard, the built-in chains and all tools: enough to list them and to read chains.</summary>
    internal static ServerOptions None { get; } = new()
    {
        Tools = ToolSelection.Everything,
        GuardSocketPath = Path.Combine(Path.GetPathRoot(AppContext.BaseDirectory) ?? "/", "nonexistent", "guard.sock"),
        EnsureGuard = static _ => throw new GuardException(
            "no_guard", "This server runs without a guard, so it has no wallet and no policy.", "Tell the user to start it with 'cryptomcp serve'."),
    };
}
