namespace CryptoMcp.Money;

/// <summary>
/// What is needed to state an amount of an asset: its id, and the symbol and decimals that are pinned for it. Neither is
/// ever taken from the counterparty.
/// </summary>
/// <param name="Id">CAIP-19 id.</param>
/// <param name="Symbol">1 to 12 ASCII letters, digits, or <c>.</c> <c>-</c> <c>_</c>; case matters.</param>
/// <param name="Decimals">0 to 36: one whole unit is 10^decimals integer units.</param>
public sealed record Asset(AssetId Id, string Symbol, int Decimals)
{
    /// <summary>The chain that the asset lives on.</summary>
    public ChainId Chain => Id.Chain;

    /// <summary>Symbol and chain, for messages.</summary>
    public override string ToString() => $"{Symbol} on {Chain}";
}
