using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>An invoice and where it stands.</summary>
internal sealed record InvoiceResult
{
    public required string InvoiceId { get; init; }

    public required string Status { get; init; }

    public required string StatusMeans { get; init; }

    public required string Amount { get; init; }

    public required string Chain { get; init; }

    public required string PayTo { get; init; }

    public string? Url { get; init; }

    public string? Description { get; init; }

    public required string ExpiresAt { get; init; }

    public string? PaidBy { get; init; }

    public string? TransactionId { get; init; }

    public ulong? Block { get; init; }
}

/// <summary>Shapes invoices.</summary>
internal static class InvoiceShape
{
    public static InvoiceResult Of(InvoiceView invoice, Uri? address, string status, string means) => new()
    {
        InvoiceId = invoice.InvoiceId,
        Status = status,
        StatusMeans = means,
        Amount = invoice.Amount,
        Chain = invoice.Chain,
        PayTo = invoice.PayTo,
        Url = address is null ? null : $"{address.ToString().TrimEnd('/')}/invoices/{invoice.InvoiceId}",
        Description = invoice.Description,
        ExpiresAt = Texts.Time(invoice.ExpiresAt),
    };
}
