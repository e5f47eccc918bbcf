using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>
/// A signed allowance of a token, as <see href="https://eips.ethereum.org/EIPS/eip-2612">EIP-2612</see> defines it. x402 uses it
/// for the allowance that Permit2 needs, submitted by the facilitator: extension <c>eip2612GasSponsoring</c>. The value must be
/// exactly the permitted amount of the payment.
/// </summary>
public sealed record TokenPermit
{
    /// <summary>Id of the extension.</summary>
    public const string Extension = "eip2612GasSponsoring";

    private static readonly Eip712Types s_types = Eip712Types.Parse(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    private static readonly AbiFunction s_nonces = AbiFunction.Parse("function nonces(address owner) view returns (uint256)");

    /// <summary>Who gives the allowance and signs.</summary>
    public required EvmAddress Owner { get; init; }

    /// <summary>Who may spend.</summary>
    public required EvmAddress Spender { get; init; }

    /// <summary>Atomic units.</summary>
    public required BigInteger Value { get; init; }

    /// <summary>The owner's next nonce at the token: sequential.</summary>
    public required BigInteger Nonce { get; init; }

    /// <summary>Valid in blocks up to this time, seconds since 1970.</summary>
    public required ulong Deadline { get; init; }

    /// <summary>What is signed.</summary>
    /// <param name="tokenDomain">The token's EIP-712 domain from a pinned table.</param>
    public TypedData ToTypedData(Eip712Domain tokenDomain) =>
        new(tokenDomain, s_types, "Permit", AbiValue.List(Owner, Spender, Value, Nonce, Deadline));

    /// <summary>The call that returns the owner's next nonce.</summary>
    public static CallRequest NonceCall(EvmAddress token, EvmAddress owner) => new() { To = token, Data = s_nonces.Encode(owner) };

    /// <summary>What <see cref="NonceCall"/> returned.</summary>
    /// <exception cref="EvmFormatException">The token knows no permits.</exception>
    public static BigInteger ReadNonce(ReadOnlySpan<byte> returned) => s_nonces.DecodeResult(returned)[0].AsNumber();

    /// <summary>The <c>info</c> of the extension, members in the reference SDK's order.</summary>
    public byte[] ToExtensionInfo(EvmAddress token, string signature) => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from", Owner.ToString());
        writer.WriteString("asset", token.ToString());
        writer.WriteString("spender", Spender.ToString());
        writer.WriteString("amount", Value.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("nonce", Nonce.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("deadline", Deadline.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("signature", signature);
        writer.WriteString("version", "1");
        writer.WriteEndObject();
    });

    /// <summary>Reads the <c>info</c> of the extension.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static (TokenPermit Permit, EvmAddress Token, string Signature) ReadExtensionInfo(JsonElement info)
    {
        var members = new WireObject(info, TokenPermit.Extension);
        return (
            new()
            {
                Owner = members.Address("from"),
                Spender = members.Address("spender"),
                Value = members.Units("amount"),
                Nonce = members.Units("nonce"),
                Deadline = members.Time("deadline"),
            },
            members.Address("asset"),
            members.Text("signature"));
    }
}
