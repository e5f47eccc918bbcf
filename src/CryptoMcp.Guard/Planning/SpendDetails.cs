using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// Facts of a spend that rules can ask about beside its effects, as decoded from the bytes. They are written down with
/// the payment: a decision can be derived again only from all that it was made on.
/// </summary>
internal sealed record SpendDetails
{
    /// <summary>No such facts.</summary>
    public static SpendDetails None { get; } = new();

    /// <inheritdoc cref="Spend.Host"/>
    public string? Host { get; init; }

    /// <inheritdoc cref="Spend.Scheme"/>
    public string? Scheme { get; init; }

    /// <inheritdoc cref="Spend.Contract"/>
    public string? Contract { get; init; }

    /// <inheritdoc cref="Spend.Function"/>
    public string? Function { get; init; }

    /// <inheritdoc cref="Spend.Arguments"/>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <inheritdoc cref="Spend.PrimaryType"/>
    public string? PrimaryType { get; init; }

    /// <summary><see cref="Spend.AuthorizationLifetime"/> in seconds.</summary>
    public long? LifetimeSeconds { get; init; }

    /// <inheritdoc cref="Spend.SlippageBasisPoints"/>
    public int? SlippageBasisPoints { get; init; }

    /// <summary>The spend with these facts.</summary>
    public Spend AddTo(Spend spend) => spend with
    {
        Host = Host,
        Scheme = Scheme,
        Contract = Contract,
        Function = Function,
        Arguments = Arguments,
        PrimaryType = PrimaryType,
        AuthorizationLifetime = LifetimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        SlippageBasisPoints = SlippageBasisPoints,
    };
}
