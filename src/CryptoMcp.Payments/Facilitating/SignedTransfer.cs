using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Payments;

/// <summary>The signed transfer inside a payment, by whichever method: what seller and facilitator judge.</summary>
public sealed record SignedTransfer
{
    /// <summary>Name of the method <see cref="TransferAuthorization"/>, and of an offer that names none.</summary>
    public const string Eip3009 = "eip3009";

    /// <summary>Name of the method <see cref="Permit2Transfer"/>.</summary>
    public const string Permit2Method = "permit2";

    /// <summary>The chain that it is valid on.</summary>
    public required ChainId Chain { get; init; }

    /// <summary>The token's contract.</summary>
    public required EvmAddress Token { get; init; }

    /// <summary>The transfer, where the method is EIP-3009.</summary>
    public TransferAuthorization? Authorization { get; init; }

    /// <summary>The transfer, where the method is Permit2.</summary>
    public Permit2Transfer? Permit2 { get; init; }

    /// <summary>The payer's signature as it came: 65 bytes of a key, or what the payer's contract understands.</summary>
    public required string Signature { get; init; }

    /// <summary>Who pays.</summary>
    public EvmAddress From => Authorization?.From ?? Permit2!.From;

    /// <summary>Who is paid.</summary>
    public EvmAddress To => Authorization?.To ?? Permit2!.To;

    /// <summary>Atomic units; the ceiling for <c>upto</c>.</summary>
    public BigInteger Amount => Authorization?.Value ?? Permit2!.Amount;

    /// <summary>The last second at which a block can hold it.</summary>
    public ulong LastSecond => Authorization is { } authorization ? authorization.ValidBefore - Math.Min(authorization.ValidBefore, 1) : Permit2!.Deadline;

    /// <summary>The first second at which a block can hold it.</summary>
    public ulong FirstSecond => Authorization is { } authorization ? authorization.ValidAfter + 1 : Permit2!.ValidAfter;

    /// <summary>
    /// The transfer's own name: the chain takes each at most once. Two payments with this name are one payment, whatever
    /// else they say.
    /// </summary>
    public string Identity => string.Create(
        CultureInfo.InvariantCulture,
        $"{Chain}|{(Authorization is null ? Permit2Method : Token.ToString())}|{From}|{(Authorization is { } authorization ? authorization.Nonce.ToString() : Permit2!.Nonce.ToString(CultureInfo.InvariantCulture))}");

    /// <summary>What was signed.</summary>
    /// <param name="token">The token as pinned: its domain is taken from here, never from the payment.</param>
    /// <exception cref="X402FormatException">The token has no pinned domain.</exception>
    public TypedData ToTypedData(EvmToken token) => Permit2 is { } permit2
        ? permit2.ToTypedData(Chain.EvmNumber)
        : Authorization!.ToTypedData(Eip712Domain.Of(token) ?? throw new X402FormatException($"The domain of {token.Asset} is not known."));

    /// <summary>Reads the transfer of a payment, by the method that the requirements name.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="requirements">The requirements that it is judged by: those of the seller, not those that the payment repeats.</param>
    /// <param name="chain">The chain that the requirements name.</param>
    /// <exception cref="X402FormatException">Another method or scheme, or a malformed member.</exception>
    public static SignedTransfer Read(PaymentPayload payment, PaymentRequirements requirements, ChainId chain)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(requirements);
        var token = EvmAddress.TryParse(requirements.Asset, out var address, out var problem)
            ? address
            : throw new X402FormatException($"The asset is no address: {problem}");
        switch (requirements.Scheme, requirements.TransferMethod)
        {
            case ("exact", null or Eip3009):
                var (authorization, signature) = TransferAuthorization.ReadPayload(payment.Payload);
                return new() { Chain = chain, Token = token, Authorization = authorization, Signature = signature };
            case ("exact" or "upto", Permit2Method):
                var (transfer, permitSignature) = Permit2Transfer.ReadPayload(payment.Payload);
                return transfer.Facilitator is null == (requirements.Scheme == "exact")
                    ? new() { Chain = chain, Token = token, Permit2 = transfer, Signature = permitSignature }
                    : throw new X402FormatException($"The payment is not of the scheme {requirements.Scheme}.");
            default:
                throw new X402FormatException(
                    $"The scheme {UntrustedText.Quote(requirements.Scheme)} with the method {UntrustedText.Quote(requirements.TransferMethod ?? "none")} is not known.");
        }
    }
}
