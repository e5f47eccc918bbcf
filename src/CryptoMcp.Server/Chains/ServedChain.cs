using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Chains;

/// <summary>
/// A chain as the tools read it, whatever its family. Everything here reads; what spends is the guard's. The next family
/// is a class of its own beside <see cref="EvmServedChain"/> and <see cref="SolanaServedChain"/>.
/// </summary>
public abstract class ServedChain : IEquatable<ServedChain>
{
    /// <summary>CAIP-2 id.</summary>
    public abstract ChainId Id { get; }

    /// <summary>Short name, as arguments and answers use it.</summary>
    public abstract string Name { get; }

    /// <summary>True when its coins are play money.</summary>
    public abstract bool IsTestNetwork { get; }

    /// <summary>The coin that pays fees.</summary>
    public abstract Asset Native { get; }

    /// <summary>Tokens that the chain table pins, with their contract or mint.</summary>
    public abstract IEnumerable<(Asset Asset, string Address)> Tokens { get; }

    /// <summary>A full address in its canonical form.</summary>
    /// <exception cref="ToolException"><c>invalid_address</c>.</exception>
    public abstract string ReadAddress(string text);

    /// <summary>As <see cref="ReadAddress"/>, for somebody who is to be paid: not an address from which nothing comes back.</summary>
    /// <exception cref="ToolException"><c>invalid_address</c>.</exception>
    public abstract string ReadRecipient(string text);

    /// <summary>The balances in the order of <paramref name="assets"/>, perhaps further ones, and the block that they are of.</summary>
    /// <exception cref="ToolException">The chain could not be asked.</exception>
    public abstract Task<(ulong Block, IReadOnlyList<AssetBalance> Balances)> BalancesAsync(
        string address, IReadOnlyList<WatchedAsset> assets, CancellationToken ct);

    /// <summary>Where the chain stands.</summary>
    /// <exception cref="ToolException">The chain could not be asked.</exception>
    public abstract Task<ChainStatusShape> StatusAsync(CancellationToken ct);

    /// <summary>A transaction, decoded.</summary>
    /// <exception cref="ToolException">The text is no id, or the chain could not be asked.</exception>
    public abstract Task<TransactionResult> TransactionAsync(string id, bool detailed, CancellationToken ct);

    /// <summary>What a token says of itself.</summary>
    /// <exception cref="ToolException">There is no token, or the chain could not be asked.</exception>
    public abstract Task<TokenClaims> ClaimsAsync(string address, CancellationToken ct);

    /// <summary>Name, id and kind, without asking the chain.</summary>
    public ChainStatusShape Known => new() { Chain = Name, Id = Id.ToString(), Testnet = IsTestNetwork };

    /// <inheritdoc/>
    public bool Equals(ServedChain? other) => other?.Id == Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServedChain);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}

/// <summary>An asset whose balance is asked: what it is, its floor price, and whether the policy lets it be spent.</summary>
/// <param name="Asset">Pinned symbol and decimals.</param>
/// <param name="Contract">The token's contract or mint; null for the native coin.</param>
/// <param name="FloorPrice">US dollars per whole unit that the policy counts at least.</param>
/// <param name="IsSpendable">True when the policy names it on this chain.</param>
public sealed record WatchedAsset(Asset Asset, string? Contract, Usd? FloorPrice, bool IsSpendable);

/// <summary>A balance; no amount when the token's contract did not answer like a token.</summary>
public sealed record AssetBalance(WatchedAsset Watched, Amount? Amount)
{
    /// <summary>Value at the floor price, rounded down: what is held is worth this much at least.</summary>
    public Usd? Value => Amount is { } amount && Watched.FloorPrice is { } price
        ? new(amount.Units * price.Units / System.Numerics.BigInteger.Pow(10, amount.Asset.Decimals))
        : null;
}

/// <summary>What a token's own contract or mint says.</summary>
/// <param name="Decimals">Decimals.</param>
/// <param name="UntrustedSymbol">Symbol; null where the chain keeps none with the token.</param>
/// <param name="UntrustedName">Name; null where the chain keeps none with the token.</param>
/// <param name="NamesItself">True where a token names itself, so that a missing symbol is suspicious.</param>
/// <param name="Powers">What its issuer can do to holders.</param>
public sealed record TokenClaims(int? Decimals, string? UntrustedSymbol, string? UntrustedName, bool NamesItself, IReadOnlyList<string> Powers);
