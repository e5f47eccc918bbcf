using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Money;
using CryptoMcp.Payments;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.X402;

/// <summary>What a seller demands, with every word resolved against policy and chain table, or refused with the reason.</summary>
internal sealed record X402Request
{
    /// <summary>Validity that no seller needs more of: an answer takes seconds. <c>upto</c> is settled when the work is done.</summary>
    private const long LongestExact = 120;
    private const long LongestUpto = 600;
    private const long Shortest = 10;

    public required EvmNetwork Network { get; init; }

    public required AccountId Account { get; init; }

    public required EvmAddress From { get; init; }

    public required EvmAddress To { get; init; }

    public required Amount Amount { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    public required EvmToken Token { get; init; }

    public required string Host { get; init; }

    /// <summary>Seconds that the signature is good for.</summary>
    public required long Lifetime { get; init; }

    public EvmAddress? Facilitator { get; init; }

    public static X402Request Read(X402PayIntent intent, PolicyDocument policy, EvmNetworks networks)
    {
        CheckKind(intent);
        var basis = Read(intent, intent.Asset, intent.Amount, intent.MaxTimeoutSeconds, intent.Host, intent.Scheme == "upto", policy, networks);
        var to = Address(intent.PayTo, "payTo");
        TransferRequest.RefuseRecipient(to, basis.From, policy, basis.Network.Chain);
        if (X402Contracts.IsOne(to))
        {
            throw new GuardException("invalid_recipient", $"The seller asks for payment to {to}, a contract of the payment protocol itself.", "Do not pay this seller.");
        }

        RefuseDomain(intent, basis.Token);
        RefuseAbove(intent.AtMost, basis.Amount);
        var payee = policy.Payees.Values.FirstOrDefault(p =>
            p.On.TryGetValue(basis.Account.Chain, out var listed) && string.Equals(listed, to.ToString(), StringComparison.OrdinalIgnoreCase))?.Name;
        return basis with { To = to, Payee = payee, Facilitator = intent.Facilitator is { } text ? Address(text, "facilitatorAddress") : null };
    }

    public static X402Request Read(X402PermitIntent intent, PolicyDocument policy, EvmNetworks networks) =>
        Read(intent, intent.Asset, intent.Amount, intent.MaxTimeoutSeconds, intent.Host, isUpto: false, policy, networks) with { To = X402Contracts.Permit2 };

    private static X402Request Read(
        Intent intent, string assetText, string amountText, long maxTimeout, string host, bool isUpto, PolicyDocument policy, EvmNetworks networks)
    {
        var network = networks.Find(intent.Chain);
        var chain = network.Chain;
        var from = TransferRequest.WalletOf(intent, policy);
        var contract = Address(assetText, "asset");
        if (!policy.TryFindAsset(AssetId.Token(chain.Id, contract.ToString()), out var asset))
        {
            throw new GuardException(
                "unknown_asset", $"The policy pins no asset at {contract} on {chain.Title}; what a seller calls it proves nothing.",
                "Take another offer, or ask the owner to list the asset by its contract.");
        }

        return new()
        {
            Network = network,
            Account = new AccountId(chain.Id, from.ToString()),
            From = from,
            To = from,
            Amount = new Amount(Units(amountText), asset),
            Token = EvmToken.Create(chain.Id, asset.Symbol, contract, asset.Decimals, DomainOf(policy, asset, chain, contract)),
            Host = host.TrimEnd('.').ToLowerInvariant(),
            Lifetime = LifetimeOf(maxTimeout, isUpto, policy),
        };
    }

    /// <summary>The token's EIP-712 name and version: as the policy pins them, else as the chain table does.</summary>
    private static TokenDomain? DomainOf(PolicyDocument policy, Asset asset, EvmChain chain, EvmAddress contract) =>
        policy.Assets.TryGetValue(asset.Symbol, out var listed) && listed.DomainOn(chain.Id) is { } pinned
            ? new(pinned.Name, pinned.Version)
            : chain.TryFindToken(contract, out var token) ? token.Domain : null;

    private static void CheckKind(X402PayIntent intent)
    {
        var known = (intent.Scheme, intent.TransferMethod) is ("exact", Eip3009Kind.KindName) or ("exact" or "upto", Permit2Kind.KindName);
        if (!known || (intent.Scheme == "upto") != (intent.Facilitator is not null))
        {
            throw new GuardException(
                "unsupported_scheme", "This guard signs 'exact' by eip3009 or permit2, and 'upto' by permit2 for a named facilitator.", "Take another offer.");
        }
    }

    private static long LifetimeOf(long asked, bool isUpto, PolicyDocument policy)
    {
        var most = Math.Min(isUpto ? LongestUpto : LongestExact, (long)policy.Limits.AuthorizationLifetime.TotalSeconds);
        return asked >= Shortest && most >= Shortest
            ? Math.Min(asked, most)
            : throw new GuardException(
                "lifetime_too_short", $"The seller wants a payment that is valid for {asked} s; {Shortest} s are the least in which it can be settled.", "Take another offer.");
    }

    private static void RefuseDomain(X402PayIntent intent, EvmToken token)
    {
        if (intent.TransferMethod != Eip3009Kind.KindName)
        {
            return;
        }

        if (token.Domain is not { } pinned)
        {
            throw new GuardException(
                "unknown_domain", $"The EIP-712 domain of {token.Asset.Symbol} at {token.Address} is not pinned, so nothing is signed in it.",
                "Take another offer, or ask the owner to pin it in the policy ('eip712').");
        }

        if ((intent.DomainName is { } name && name != pinned.Name) || (intent.DomainVersion is { } version && version != pinned.Version))
        {
            throw new GuardException(
                "domain_mismatch", $"The seller states another EIP-712 name or version for {token.Asset.Symbol} than the pinned '{pinned.Name}', '{pinned.Version}'.",
                "Do not pay this offer: the token would refuse the signature, or the seller means another token.");
        }
    }

    private static void RefuseAbove(string? atMost, Amount demanded)
    {
        if (atMost is null)
        {
            return;
        }

        Amount most;
        try
        {
            most = Amount.Parse(atMost, demanded.Asset);
        }
        catch (MoneyFormatException e)
        {
            throw new GuardException("invalid_amount", e.Message, $"State the bound in {demanded.Asset.Symbol}, such as '0.05 {demanded.Asset.Symbol}'.", e);
        }

        if (demanded > most)
        {
            throw new GuardException(
                "price_above_bound", $"The seller asks for {demanded}, above the bound of {most}.",
                "Nothing was signed. Quote again and decide whether it is worth that.");
        }
    }

    private static EvmAddress Address(string text, string what) => EvmAddress.TryParse(text, out var address, out var problem)
        ? address
        : throw new GuardException("invalid_address", $"The seller's '{what}' is no address: {problem}", "Do not pay this offer.");

    private static BigInteger Units(string text) =>
        text.Length is > 0 and <= 78 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')
        && BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is { IsZero: false } units && units <= Erc20.MaxUnits
            ? units
            : throw new GuardException("invalid_amount", "The amount is no positive whole number of atomic units.", "Do not pay this offer.");
}
