namespace CryptoMcp.Payments.AspNetCore;

/// <summary>When the money moves.</summary>
public enum SettlementOrder
{
    /// <summary>Verify, do the work, settle, deliver: failed work is not charged. The flow <c>authorization</c>, the default.</summary>
    AfterWork,

    /// <summary>Settle, then do the work: failed work is charged. The flow <c>upfront</c>, for work that is dear and cannot be undone.</summary>
    BeforeWork,
}

/// <summary>Whether a payer names its purchase (extension <c>payment-identifier</c>), so that asking again gives the same answer.</summary>
public enum IdentifierUse
{
    /// <summary>Offered; payers that know it use it. The default.</summary>
    Optional,

    /// <summary>Asked for; a payment without one is refused with status 400.</summary>
    Required,

    /// <summary>Not offered.</summary>
    None,
}

/// <summary>What something costs, and how it is described to buyers.</summary>
public sealed class PriceTag
{
    /// <summary>A price.</summary>
    /// <param name="price">Decimal text with unit, such as <c>0.01 USDC</c>; a ceiling for <c>upto</c>.</param>
    public PriceTag(string price)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(price);
        Price = price;
    }

    /// <summary>Decimal text with unit.</summary>
    public string Price { get; }

    /// <summary><c>exact</c>, or <c>upto</c>: the work then says with <see cref="PaidRequest.Charge"/> what it costs.</summary>
    public string Scheme { get; set; } = "exact";

    /// <summary>When the money moves.</summary>
    public SettlementOrder Order { get; set; }

    /// <summary>Whether a payer names its purchase.</summary>
    public IdentifierUse Identifier { get; set; }

    /// <summary>Who is paid, where it is somebody else than <see cref="SellerOptions.PayTo"/>.</summary>
    public string? PayTo { get; set; }

    /// <summary>Where it can be paid, where that is elsewhere than <see cref="SellerOptions.Networks"/>.</summary>
    public IReadOnlyList<string>? Networks { get; set; }

    /// <summary>What it is, for people and models.</summary>
    public string? Description { get; set; }

    /// <summary>Media type of the answer.</summary>
    public string? MimeType { get; set; }

    /// <summary>An example of the answer as JSON text, for the catalogue.</summary>
    public string? OutputExample { get; set; }

    /// <summary>Whether the catalogue lists it. On by default.</summary>
    public bool Listed { get; set; } = true;
}
