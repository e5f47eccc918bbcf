using System.Numerics;
using System.Runtime.CompilerServices;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>One way to pay a price, with what our own tables say about it.</summary>
/// <param name="Requirements">As it is offered.</param>
/// <param name="Token">The token, pinned.</param>
/// <param name="Price">The price; the ceiling for <c>upto</c>.</param>
internal sealed record Offer(PaymentRequirements Requirements, EvmToken Token, Amount Price);

/// <summary>All ways to pay one price tag.</summary>
/// <param name="Version2">Offers in version 2.</param>
/// <param name="Version1">Offers in version 1: those that it can express.</param>
/// <param name="SponsorsPermits">Whether the facilitator submits EIP-2612 permits, which spare payers a transaction.</param>
internal sealed record Offers(IReadOnlyList<Offer> Version2, IReadOnlyList<Offer> Version1, bool SponsorsPermits);

/// <summary>Makes offers from price tags. Every member of an offer comes from configuration and tables, none from a request.</summary>
internal sealed class OfferList(SellerOptions options, IFacilitator facilitator)
{
    // Tags of endpoints live as long as the program, those of single requests no longer than the request.
    private readonly ConditionalWeakTable<PriceTag, Offers> _made = [];
    private SupportedKinds? _supported;

    /// <summary>The offers for a tag.</summary>
    /// <exception cref="FacilitatorException">What the offers need to know of the facilitator cannot be had now.</exception>
    public async ValueTask<Offers> ForAsync(PriceTag tag, ResourceInfo resource, CancellationToken ct)
    {
        // Version 1 repeats the resource, which a client chooses, in each offer: those are not kept.
        var plain = _made.TryGetValue(tag, out var known) ? known : null;
        if (plain is null)
        {
            var usesPermit2 = tag.Scheme == "upto" || options.Methods.Contains(SignedTransfer.Permit2Method);
            var supported = usesPermit2 ? _supported ??= await facilitator.GetSupportedAsync(ct).ConfigureAwait(false) : null;
            plain = new(Version2(tag, supported), [], supported?.Extensions.Contains(TokenPermit.Extension) ?? false);
            _made.AddOrUpdate(tag, plain);
        }

        return options.OfferVersion1 && tag is { Scheme: "exact", Order: SettlementOrder.AfterWork }
            ? plain with { Version1 = Version1(plain.Version2, resource) }
            : plain;
    }

    /// <summary>Refuses a tag that could never be paid, when the program starts rather than when the first customer comes.</summary>
    /// <exception cref="InvalidOperationException">The tag or the options are wrong; the message says what.</exception>
    public void Check(PriceTag tag)
    {
        if (tag.Scheme is not ("exact" or "upto") || (tag.Scheme == "upto" && tag.Order == SettlementOrder.BeforeWork))
        {
            throw new InvalidOperationException($"The scheme '{tag.Scheme}' is not offered: 'exact', or 'upto' which is settled after the work.");
        }

        if (NetworksOf(tag).Count == 0)
        {
            throw new InvalidOperationException("No network is accepted. Next: add one to SellerOptions.Networks, such as 'base'.");
        }

        if (options.Methods.Count == 0 || options.Methods.Any(method => method is not (SignedTransfer.Eip3009 or SignedTransfer.Permit2Method)))
        {
            throw new InvalidOperationException("SellerOptions.Methods may hold 'eip3009' and 'permit2'.");
        }

        foreach (var network in NetworksOf(tag))
        {
            _ = PriceOn(ChainOf(network), tag);
        }

        _ = PayeeOf(tag);
    }

    private List<Offer> Version2(PriceTag tag, SupportedKinds? supported)
    {
        var offers = new List<Offer>();
        foreach (var network in NetworksOf(tag))
        {
            var chain = ChainOf(network);
            var (token, price) = PriceOn(chain, tag);
            foreach (var method in tag.Scheme == "upto" ? [SignedTransfer.Permit2Method] : options.Methods)
            {
                var extra = new Dictionary<string, string>(StringComparer.Ordinal);
                if (token.Domain is { } domain)
                {
                    extra["name"] = domain.Name;
                    extra["version"] = domain.Version;
                }
                else if (method == SignedTransfer.Eip3009)
                {
                    throw new InvalidOperationException($"{token.Asset} has no pinned EIP-712 domain, so it cannot be paid with 'eip3009'. Next: use 'permit2'.");
                }

                if (method == SignedTransfer.Permit2Method)
                {
                    extra["assetTransferMethod"] = method;
                }

                if (tag.Order == SettlementOrder.BeforeWork)
                {
                    extra["paymentFlow"] = "upfront";
                }

                if (tag.Scheme == "upto")
                {
                    extra["facilitatorAddress"] = FacilitatorOn(chain, supported!);
                }

                offers.Add(new(
                    PaymentRequirements.Create(
                        2, tag.Scheme, chain.Id.ToString(), price.Units, token.Address.ToString(), PayeeOf(tag).ToString(), options.MaxTimeoutSeconds, extra),
                    token,
                    price));
            }
        }

        return offers;
    }

    private List<Offer> Version1(IReadOnlyList<Offer> version2, ResourceInfo resource)
    {
        var offers = new List<Offer>();
        foreach (var (requirements, token, price) in version2)
        {
            if (requirements.TransferMethod is null && X402Networks.NameInVersion1(token.Asset.Chain) is { } name)
            {
                var extra = new Dictionary<string, string> { ["name"] = token.Domain!.Name, ["version"] = token.Domain.Version };
                offers.Add(new(
                    PaymentRequirements.Create(
                        1, "exact", name, price.Units, requirements.Asset, requirements.PayTo, options.MaxTimeoutSeconds, extra, resource),
                    token,
                    price));
            }
        }

        return offers;
    }

    private IReadOnlyList<string> NetworksOf(PriceTag tag) => tag.Networks ?? [.. options.Networks];

    private EvmChain ChainOf(string network) => options.Chains.TryFind(network, out var chain, out var problem)
        ? chain
        : throw new InvalidOperationException(problem);

    private static (EvmToken Token, Amount Price) PriceOn(EvmChain chain, PriceTag tag)
    {
        var (_, symbol) = Amount.Split(tag.Price);
        if (!chain.TryFindToken(symbol, out var token))
        {
            throw new InvalidOperationException(
                $"'{symbol}' is no token that is pinned on {chain.Title}. Known there: {string.Join(", ", chain.Tokens.Select(known => known.Asset.Symbol))}.");
        }

        var price = Amount.Parse(tag.Price, token.Asset);
        return price.Units > BigInteger.Zero ? (token, price) : throw new InvalidOperationException("A price of zero is no price.");
    }

    private EvmAddress PayeeOf(PriceTag tag)
    {
        var text = tag.PayTo ?? options.PayTo;
        return EvmAddress.TryParse(text, out var address, out var problem) && !address.IsZero && !address.IsPrecompile && !X402Contracts.IsOne(address)
            ? address
            : throw new InvalidOperationException($"'{text}' cannot be paid: {problem ?? "nothing comes back from there"}. Next: set SellerOptions.PayTo.");
    }

    private static string FacilitatorOn(EvmChain chain, SupportedKinds supported) =>
        supported.Kinds.FirstOrDefault(kind => kind is { Version: 2, Scheme: "upto", FacilitatorAddress: not null } && kind.Network == chain.Id.ToString())?.FacilitatorAddress
        ?? throw new FacilitatorException("facilitator_unsupported", $"The facilitator does not settle 'upto' on {chain.Title}.");
}
