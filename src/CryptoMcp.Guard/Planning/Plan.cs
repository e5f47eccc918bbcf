using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// What will be signed, before it is: the effects of the exact bytes in the worst case, and the part that makes the
/// bytes once a nonce is known. A planner builds it from pinned facts; policy, ledger and signer need nothing else.
/// </summary>
internal sealed record Plan
{
    /// <summary>The policy's word for the kind of spend, one of <see cref="Operations"/>.</summary>
    public required string Operation { get; init; }

    /// <summary>The paying account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>One line for people: who gets what, where.</summary>
    public required string Summary { get; init; }

    /// <summary>Everything that may leave or enter the wallet through these bytes.</summary>
    public required IReadOnlyList<Effect> Effects { get; init; }

    /// <summary>What rules can ask about beside the effects: host, contract, function, arguments.</summary>
    public SpendDetails Details { get; init; } = SpendDetails.None;

    /// <summary>Names under which the ledger counts the payment while it is open.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the owner may want to know later about what was bought; opaque to the road.</summary>
    public PurchaseFacts? Purchase { get; init; }

    /// <summary>The intent in canonical text: equal wishes are equal texts, whatever the spelling.</summary>
    public required string Canonical { get; init; }

    /// <summary>The recipient's address.</summary>
    public string? To { get; init; }

    /// <summary>The policy's name for the recipient.</summary>
    public string? Payee { get; init; }

    /// <summary>The amount that the caller asked for.</summary>
    public Amount? Amount { get; init; }

    /// <summary>The most that the fee can be.</summary>
    public Amount? FeeAtMost { get; init; }

    /// <summary>The fee that is likely.</summary>
    public Amount? FeeLikely { get; init; }

    /// <summary>What the account holds of the asset, where it was read.</summary>
    public Amount? Balance { get; init; }

    /// <summary>Prices from feeds, as the decision uses them and as they are recorded with it.</summary>
    public RecordedPrices Prices { get; init; } = RecordedPrices.None;

    /// <summary>Things worth knowing that do not change the decision.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What others wrote about it, such as a memo or a seller's description: cleaned, for the owner's eyes, never for a rule.</summary>
    public IReadOnlyList<QuotedText> Quotes { get; init; } = [];

    /// <summary>Makes the bytes; null for a plan that was made without asking the chain, which can be judged but not signed.</summary>
    public IPreparedSpend? Prepared { get; init; }

    /// <summary>What policy decides on.</summary>
    public Spend ToSpend(string client) => Details.AddTo(new()
    {
        Operation = Operation,
        Account = Account,
        Client = client,
        Chain = Account.Chain,
        Effects = Effects,
    });
}

/// <summary>Words of somebody else, to be shown as theirs.</summary>
/// <param name="From">Whose words they are, in ours.</param>
/// <param name="Text">Cleaned by <see cref="UntrustedText"/>.</param>
internal sealed record QuotedText(string From, string Text);

/// <summary>The rail-specific rest of a plan.</summary>
internal interface IPreparedSpend
{
    /// <summary>Name of the <see cref="IRail"/> that hands the signed bytes out and follows them.</summary>
    string Rail { get; }

    /// <summary>The nonce sequence that the bytes draw from; null for rails whose nonces are random.</summary>
    NonceScope? NonceScope { get; }

    /// <summary>The exact bytes for a slot, and the digest to sign.</summary>
    SigningMaterial Materialise(SigningSlot slot);
}
