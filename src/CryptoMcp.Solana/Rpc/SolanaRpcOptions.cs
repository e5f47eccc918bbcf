namespace CryptoMcp.Solana;

/// <summary>Limits of a JSON-RPC client.</summary>
public sealed record SolanaRpcOptions
{
    /// <summary>Time for one exchange, connection and answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of an answer that are read at most; a longer one is refused.</summary>
    public int MaxAnswerBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Rounds over all endpoints after the first, for reads only.</summary>
    public int ReadRetries { get; init; } = 2;

    /// <summary>Pause before the second round; doubled before each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many endpoints must give the same answer to <see cref="SolanaRpc.AgreedAsync"/>.</summary>
    public int Agree { get; init; } = 1;

    /// <summary>After this time the genesis hash is asked again, in the same round trip as the next read.</summary>
    public TimeSpan GenesisValidFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes the HTTP handler of an endpoint; absent for a plain one without proxy, redirects and cookies.</summary>
    public Func<HttpMessageHandler>? CreateHandler { get; init; }
}
