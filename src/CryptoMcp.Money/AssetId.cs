namespace CryptoMcp.Money;

/// <summary>
/// An asset on a chain, as <see href="https://chainagnostic.org/CAIPs/caip-19">CAIP-19</see> names it:
/// <c>eip155:8453/erc20:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913</c>, <c>eip155:8453/slip44:60</c> for the chain's own
/// coin, <c>solana:5eykt…/token:EPjF…</c>. Two ids are equal when they name the same asset: EVM addresses are compared
/// without regard to case, since their checksum casing carries no identity.
/// </summary>
public readonly struct AssetId : IEquatable<AssetId>
{
    /// <summary>Asset namespace of ERC-20 tokens.</summary>
    public const string Erc20 = "erc20";

    /// <summary>Asset namespace of SPL and Token-2022 mints.</summary>
    public const string SolanaToken = "token";

    /// <summary>Asset namespace of a chain's own coin (SLIP-44 coin type).</summary>
    public const string Slip44 = "slip44";

    private readonly string? _kind;
    private readonly string? _reference;

    private AssetId(ChainId chain, string kind, string reference)
    {
        Chain = chain;
        _kind = kind;
        _reference = reference;
    }

    /// <summary>The chain that the asset lives on.</summary>
    public ChainId Chain { get; }

    /// <summary>The asset namespace: <c>erc20</c>, <c>token</c> or <c>slip44</c>.</summary>
    public string Kind => _kind ?? string.Empty;

    /// <summary>Contract address, mint, or SLIP-44 coin type.</summary>
    public string Reference => _reference ?? string.Empty;

    /// <summary>True for the chain's own coin (ETH, POL, SOL), which pays the fees.</summary>
    public bool IsNative => Kind == Slip44;

    /// <summary>The chain's own coin. EVM chains use SLIP-44 coin type 60 throughout, Solana 501.</summary>
    public static AssetId Native(ChainId chain) => new(chain, Slip44, chain.IsSolana ? "501" : "60");

    /// <summary>A token by contract address (EVM) or mint (Solana).</summary>
    public static AssetId Token(ChainId chain, string address) => new(chain, chain.IsSolana ? SolanaToken : Erc20, address);

    /// <summary>Reads <c>chain/kind:reference</c>.</summary>
    /// <exception cref="MoneyFormatException">The text is not a CAIP-19 asset id.</exception>
    public static AssetId Parse(string text) =>
        TryParse(text, out var asset)
            ? asset
            : throw new MoneyFormatException($"{UntrustedText.Quote(text)} is not a CAIP-19 asset id. Expected a form such as 'eip155:8453/erc20:0x…'.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string? text, out AssetId asset)
    {
        asset = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || slash < 0 || !ChainId.TryParse(text[..slash], out var chain))
        {
            return false;
        }

        var rest = text[(slash + 1)..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon is < 3 or > 8 || rest.Length - colon - 1 is < 1 or > 128
            || rest[..colon].Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            || rest[(colon + 1)..].Any(c => !(Ascii.IsAlphanumeric(c) || c is '-' or '.' or '%')))
        {
            return false;
        }

        asset = new(chain, rest[..colon], rest[(colon + 1)..]);
        return true;
    }

    /// <summary>Equality of assets.</summary>
    public static bool operator ==(AssetId left, AssetId right) => left.Equals(right);

    /// <summary>Inequality of assets.</summary>
    public static bool operator !=(AssetId left, AssetId right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(AssetId other) =>
        Chain == other.Chain && Kind == other.Kind && string.Equals(Reference, other.Reference, ReferenceComparison);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AssetId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Chain, Kind, Reference.GetHashCode(ReferenceComparison));

    /// <summary>The CAIP-19 text.</summary>
    public override string ToString() => $"{Chain}/{Kind}:{Reference}";

    private StringComparison ReferenceComparison => Chain.IsEvm ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}
