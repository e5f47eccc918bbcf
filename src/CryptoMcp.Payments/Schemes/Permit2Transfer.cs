using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>
/// A transfer through Permit2 that only an x402 proxy can submit: <c>exact</c> with <c>permit2</c>, and <c>upto</c>, where
/// a named facilitator chooses any amount up to the permitted one. The witness binds the payee. It takes an ERC-20 allowance
/// for Permit2 to be of use.
/// </summary>
public sealed record Permit2Transfer
{
    private const string Permit =
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)"
        + "TokenPermissions(address token,uint256 amount)";

    private static readonly Eip712Types s_exact = Eip712Types.Parse(Permit + "Witness(address to,uint256 validAfter)");
    private static readonly Eip712Types s_upto = Eip712Types.Parse(Permit + "Witness(address to,address facilitator,uint256 validAfter)");

    private static readonly AbiFunction s_nonceBitmap = AbiFunction.Parse(
        "function nonceBitmap(address owner, uint256 word) view returns (uint256)");

    /// <summary>Who pays and signs.</summary>
    public required EvmAddress From { get; init; }

    /// <summary>The token's contract.</summary>
    public required EvmAddress Token { get; init; }

    /// <summary>Atomic units: exact, or the ceiling when there is a <see cref="Facilitator"/>.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>A random number; Permit2 takes each once, in any order.</summary>
    public required BigInteger Nonce { get; init; }

    /// <summary>Valid in blocks up to this time, seconds since 1970.</summary>
    public required ulong Deadline { get; init; }

    /// <summary>Who is paid.</summary>
    public required EvmAddress To { get; init; }

    /// <summary>The only account that may settle, for <c>upto</c>; null for <c>exact</c>.</summary>
    public EvmAddress? Facilitator { get; init; }

    /// <summary>Valid in blocks at or after this time, seconds since 1970.</summary>
    public required ulong ValidAfter { get; init; }

    /// <summary>The proxy that may spend.</summary>
    public EvmAddress Spender => Facilitator is null ? X402Contracts.ExactPermit2Proxy : X402Contracts.UptoPermit2Proxy;

    /// <summary>Permit2's domain: it has no version.</summary>
    public static Eip712Domain Domain(ulong chainId) => new() { Name = "Permit2", ChainId = chainId, VerifyingContract = X402Contracts.Permit2 };

    /// <summary>What is signed.</summary>
    public TypedData ToTypedData(ulong chainId) => new(
        Domain(chainId),
        Facilitator is null ? s_exact : s_upto,
        "PermitWitnessTransferFrom",
        AbiValue.List(
            AbiValue.List(Token, Amount),
            Spender,
            Nonce,
            Deadline,
            Facilitator is { } facilitator ? AbiValue.List(To, facilitator, ValidAfter) : AbiValue.List(To, ValidAfter)));

    /// <summary>The call that tells whether the nonce is used or invalidated.</summary>
    public CallRequest StateCall() => new() { To = X402Contracts.Permit2, Data = s_nonceBitmap.Encode(From, Nonce >> 8) };

    /// <summary>What <see cref="StateCall"/> returned: true when the transfer can no longer be made.</summary>
    /// <exception cref="EvmFormatException">The contract is no Permit2.</exception>
    public bool ReadState(ReadOnlySpan<byte> returned) =>
        !((s_nonceBitmap.DecodeResult(returned)[0].AsNumber() >> (int)(Nonce & 255)) & 1).IsZero;

    /// <summary>Reads the <c>payload</c> of a payment.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed, or the spender is another than the scheme's proxy.</exception>
    public static (Permit2Transfer Transfer, string Signature) ReadPayload(JsonElement payload)
    {
        var members = new WireObject(payload, "payload");
        var authorization = members.Object("permit2Authorization");
        var permitted = authorization.Object("permitted");
        var witness = authorization.Object("witness");
        var transfer = new Permit2Transfer
        {
            From = authorization.Address("from"),
            Token = permitted.Address("token"),
            Amount = permitted.Units("amount"),
            Nonce = authorization.Units("nonce"),
            Deadline = authorization.Time("deadline"),
            To = witness.Address("to"),
            Facilitator = witness.Has("facilitator") ? witness.Address("facilitator") : null,
            ValidAfter = witness.Time("validAfter"),
        };
        return authorization.Address("spender") == transfer.Spender
            ? (transfer, members.Text("signature"))
            : throw authorization.Wrong("spender", "is not the proxy of this scheme");
    }

    /// <summary>The <c>payload</c> of a payment, members in the reference SDK's order.</summary>
    public byte[] ToPayload(string signature) => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("signature", signature);
        writer.WriteStartObject("permit2Authorization");
        writer.WriteString("from", From.ToString());
        writer.WriteStartObject("permitted");
        writer.WriteString("token", Token.ToString());
        writer.WriteString("amount", Amount.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteString("spender", Spender.ToString());
        writer.WriteString("nonce", Nonce.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("deadline", Deadline.ToString(CultureInfo.InvariantCulture));
        writer.WriteStartObject("witness");
        writer.WriteString("to", To.ToString());
        if (Facilitator is { } facilitator)
        {
            writer.WriteString("facilitator", facilitator.ToString());
        }

        writer.WriteString("validAfter", ValidAfter.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
