using CryptoMcp.Evm;

namespace CryptoMcp.Payments.AspNetCore;

/// <summary>Who sells, on which chains, and through whom payments are verified and settled.</summary>
public sealed class SellerOptions
{
    /// <summary>The address that is paid, on every chain: <c>0x</c> and 40 hexadecimal digits.</summary>
    public string PayTo { get; set; } = "";

    /// <summary>The chains that are accepted, as names (<c>base</c>) or CAIP-2 (<c>eip155:8453</c>); offers are made in this order.</summary>
    public IList<string> Networks { get; } = [];

    /// <summary>The facilitator's address, below which <c>/verify</c>, <c>/settle</c> and <c>/supported</c> are.</summary>
    public Uri? Facilitator { get; set; }

    /// <summary>
    /// How a payer may authorize <c>exact</c> payments: <c>eip3009</c> (default, for USDC and its like), <c>permit2</c> for any
    /// token. <c>upto</c> always uses Permit2.
    /// </summary>
    public IList<string> Methods { get; } = [SignedTransfer.Eip3009];

    /// <summary>The chains and tokens that prices can be in. Contracts, decimals and domains come from here alone.</summary>
    public EvmChains Chains { get; set; } = EvmChains.BuiltIn;

    /// <summary>
    /// Endpoints of chains on which each settlement is looked up before anything is delivered, by network as in
    /// <see cref="Networks"/>. Without one the facilitator's word counts.
    /// </summary>
    public IDictionary<string, Uri> ProofBy { get; } = new Dictionary<string, Uri>(StringComparer.Ordinal);

    /// <summary>Scheme and authority under which clients reach this service, where a proxy stands before it. Default: those of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Repeat the terms in the body as version 1 writes them, for older clients. On by default.</summary>
    public bool OfferVersion1 { get; set; } = true;

    /// <summary>How long a payer's signature shall be valid, in seconds.</summary>
    public int MaxTimeoutSeconds { get; set; } = 60;

    /// <summary>How long the facilitator may take to verify.</summary>
    public TimeSpan VerifyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the facilitator may take to settle: it waits for a block.</summary>
    public TimeSpan SettleTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Most bytes of the body of a request to a priced endpoint.</summary>
    public long MaxRequestBytes { get; set; } = 1 << 20;

    /// <summary>Most bytes of an answer, which is held back until the payment is settled.</summary>
    public int MaxAnswerBytes { get; set; } = 4 << 20;

    /// <summary>Most payments that are remembered at a time, so that none buys twice. When it is full, new ones are turned away.</summary>
    public int MaxRememberedPayments { get; set; } = 100_000;

    /// <summary>Most bytes of answers that are kept for payers who ask again under their payment identifier.</summary>
    public long MaxKeptAnswerBytes { get; set; } = 64 << 20;

    /// <summary>Name of the service in its terms: 1 to 32 printable ASCII characters.</summary>
    public string? ServiceName { get; set; }
}
