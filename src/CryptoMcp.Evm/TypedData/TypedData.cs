namespace CryptoMcp.Evm;

/// <summary>A message to be signed under <see href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</see>.</summary>
/// <param name="Domain">What the signature is bound to.</param>
/// <param name="Types">The message's struct types.</param>
/// <param name="PrimaryType">Name of the message's own struct.</param>
/// <param name="Message">The message: its members in order.</param>
public sealed record TypedData(Eip712Domain Domain, Eip712Types Types, string PrimaryType, AbiValue Message)
{
    /// <summary>A message of the struct that the encodeType text defines first.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="encodeType">Such as <c>Mail(address to,string contents)</c>.</param>
    /// <param name="members">The members in order.</param>
    public static TypedData Create(Eip712Domain domain, string encodeType, params AbiValue[] members) =>
        new(domain, Eip712Types.Parse(encodeType), encodeType[..encodeType.IndexOf('(', StringComparison.Ordinal)], AbiValue.List(members));

    /// <summary>Reads the JSON form of <c>eth_signTypedData_v4</c>; see <see cref="TypedDataJson"/> for what is refused.</summary>
    /// <exception cref="EvmFormatException">The JSON is malformed or not canonical; the message says where.</exception>
    public static TypedData ParseJson(ReadOnlyMemory<byte> json) => TypedDataJson.Read(json);

    /// <summary>Hash of the message as a struct.</summary>
    public Hash32 StructHash() => Types.HashStruct(PrimaryType, Message);

    /// <summary>What is signed: keccak256(0x19 0x01 ‖ domain separator ‖ struct hash).</summary>
    /// <exception cref="EvmFormatException">A member does not fit its type.</exception>
    public Hash32 Digest()
    {
        Span<byte> bytes = stackalloc byte[66];
        bytes[0] = 0x19;
        bytes[1] = 0x01;
        Domain.Separator().WriteTo(bytes[2..]);
        StructHash().WriteTo(bytes[34..]);
        return Hash32.Keccak(bytes);
    }
}
