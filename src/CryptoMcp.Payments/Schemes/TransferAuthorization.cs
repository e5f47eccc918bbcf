using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>
/// A transfer that whoever holds the signature may submit, as <see href="https://eips.ethereum.org/EIPS/eip-3009">EIP-3009</see>
/// defines it: <c>exact</c> with <c>eip3009</c>. It is bound to token, chain, payee, amount, nonce and time; not to what was
/// bought, and not to the facilitator.
/// </summary>
public sealed record TransferAuthorization
{
    private static readonly Eip712Types s_types = Eip712Types.Parse(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    private static readonly AbiFunction s_state = AbiFunction.Parse(
        "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)");

    /// <summary>Emitted by the token when the authorization is used.</summary>
    public static AbiEvent Used { get; } = AbiEvent.Parse("event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)");

    /// <summary>Emitted by the token when the authorization is cancelled.</summary>
    public static AbiEvent Canceled { get; } = AbiEvent.Parse("event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce)");

    /// <summary>Who pays and signs.</summary>
    public required EvmAddress From { get; init; }

    /// <summary>Who is paid.</summary>
    public required EvmAddress To { get; init; }

    /// <summary>Atomic units.</summary>
    public required BigInteger Value { get; init; }

    /// <summary>Valid in blocks later than this, seconds since 1970.</summary>
    public required ulong ValidAfter { get; init; }

    /// <summary>Valid in blocks earlier than this, seconds since 1970.</summary>
    public required ulong ValidBefore { get; init; }

    /// <summary>32 random bytes; the token takes each once.</summary>
    public required Hash32 Nonce { get; init; }

    /// <summary>What is signed.</summary>
    /// <param name="tokenDomain">The token's EIP-712 domain from a pinned table.</param>
    public TypedData ToTypedData(Eip712Domain tokenDomain) => new(
        tokenDomain, s_types, "TransferWithAuthorization", AbiValue.List(From, To, Value, ValidAfter, ValidBefore, Nonce));

    /// <summary>The call that tells whether the nonce is used or cancelled.</summary>
    public CallRequest StateCall(EvmAddress token) => new() { To = token, Data = s_state.Encode(From, Nonce) };

    /// <summary>What <see cref="StateCall"/> returned: true when the authorization can no longer be used.</summary>
    /// <exception cref="EvmFormatException">The contract is no such token.</exception>
    public static bool ReadState(ReadOnlySpan<byte> returned) => s_state.DecodeResult(returned)[0].AsFlag();

    /// <summary>Reads the <c>payload</c> of a payment.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static (TransferAuthorization Authorization, string Signature) ReadPayload(JsonElement payload)
    {
        var members = new WireObject(payload, "payload");
        var authorization = members.Object("authorization");
        return (
            new()
            {
                From = authorization.Address("from"),
                To = authorization.Address("to"),
                Value = authorization.Units("value"),
                ValidAfter = authorization.Time("validAfter"),
                ValidBefore = authorization.Time("validBefore"),
                Nonce = authorization.Hash("nonce"),
            },
            members.Text("signature"));
    }

    /// <summary>The <c>payload</c> of a payment, members in the reference SDK's order.</summary>
    public byte[] ToPayload(string signature) => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("authorization");
        writer.WriteString("from", From.ToString());
        writer.WriteString("to", To.ToString());
        writer.WriteString("value", Value.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("validAfter", ValidAfter.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("validBefore", ValidBefore.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("nonce", Nonce.ToString());
        writer.WriteEndObject();
        writer.WriteString("signature", signature);
        writer.WriteEndObject();
    });
}
