using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;
using Microsoft.AspNetCore.Http;

namespace CryptoMcp.Payments.AspNetCore;

/// <summary>What the work may know of the payment that pays for it: a feature of the request, see <see cref="PaidRequestExtensions.Payment"/>.</summary>
public sealed class PaidRequest
{
    private readonly Amount _most;

    internal PaidRequest(SignedTransfer transfer, PaymentRequirements offer, Amount most)
    {
        Payer = transfer.From.ToString();
        Nonce = transfer.Authorization?.Nonce.ToString() ?? transfer.Permit2!.Nonce.ToString(CultureInfo.InvariantCulture);
        ValidUntil = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(transfer.LastSecond, int.MaxValue));
        Network = offer.Network;
        Scheme = offer.Scheme;
        _most = most;
    }

    /// <summary>The payer's address, proven by its signature.</summary>
    public string Payer { get; }

    /// <summary>The authorization's nonce: 32 bytes in hexadecimal (EIP-3009), or a decimal number (Permit2). With the payer it names the payment.</summary>
    public string Nonce { get; }

    /// <summary>The last second at which a block can hold the payment.</summary>
    public DateTimeOffset ValidUntil { get; }

    /// <summary>The network, as the payment names it.</summary>
    public string Network { get; }

    /// <summary><c>exact</c> or <c>upto</c>.</summary>
    public string Scheme { get; }

    /// <summary>The price, or the ceiling for <c>upto</c>, as decimal text with unit.</summary>
    public string Price => _most.ToString();

    /// <summary>What is charged in atomic units; null: all of it.</summary>
    internal BigInteger? Charged { get; private set; }

    /// <summary>States what the work cost, for <c>upto</c>. The last call counts; without one the ceiling is charged.</summary>
    /// <param name="amount">Decimal text with unit; zero charges nothing.</param>
    /// <exception cref="InvalidOperationException">The price is exact.</exception>
    /// <exception cref="MoneyFormatException">No amount in the asset that is paid with.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is above the ceiling.</exception>
    public void Charge(string amount)
    {
        if (Scheme != "upto")
        {
            throw new InvalidOperationException("The price of this endpoint is exact; only 'upto' leaves it to the work.");
        }

        var charged = Amount.Parse(amount, _most.Asset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(charged.Units, _most.Units, nameof(amount));
        Charged = charged.Units;
    }
}

/// <summary>Access to the payment of a request.</summary>
public static class PaidRequestExtensions
{
    /// <summary>The payment that this request was admitted with; null where nothing is charged.</summary>
    public static PaidRequest? Payment(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<PaidRequest>();
    }
}
