using System.Globalization;
using System.Text;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What a signature turned out to be.</summary>
public enum SignatureVerdict
{
    /// <summary>The signer made it.</summary>
    Valid,

    /// <summary>The signer did not make it.</summary>
    Invalid,

    /// <summary>It cannot be told: the signer may be a contract on a chain that was not asked, or one that is not deployed.</summary>
    Unknown,
}

/// <summary>A signature, checked.</summary>
public sealed record CheckedSignature
{
    /// <summary>The verdict.</summary>
    public required SignatureVerdict Verdict { get; init; }

    /// <summary><c>ecdsa</c> or <c>erc-1271</c>: how it was decided; absent when it could not be.</summary>
    public string? Method { get; init; }

    /// <summary>What was signed.</summary>
    public required Hash32 Digest { get; init; }

    /// <summary>Whose key made it, where a key did.</summary>
    public EvmAddress? Recovered { get; init; }

    /// <summary>Block at which a contract was asked: its answer may change.</summary>
    public ulong? AtBlock { get; init; }

    /// <summary>What to know about it, in our own words.</summary>
    public string? Note { get; init; }
}

/// <summary>
/// Checks signatures over text (EIP-191), typed data (EIP-712) and digests, by accounts with a key and by contracts
/// (ERC-1271, wrapped as ERC-6492 says). Reads only.
/// </summary>
public static class SignatureCheck
{
    private static readonly AbiFunction s_isValidSignature = AbiFunction.Parse("function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)");

    private static readonly AbiFunction s_wrapped = AbiFunction.Parse("function wrapped() returns (address factory, bytes factoryCalldata, bytes signature)");

    /// <summary>ERC-6492: 32 bytes at the end of a signature for a contract that may not be deployed yet.</summary>
    private static readonly byte[] s_wrapping = [.. Enumerable.Range(0, 16).SelectMany(_ => (byte[])[0x64, 0x92])];

    /// <summary>EIP-191 version 0x45: what wallets sign for a text.</summary>
    public static Hash32 DigestOfText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Hash32.Keccak([.. "\u0019Ethereum Signed Message:\n"u8, .. Encoding.UTF8.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)), .. bytes]);
    }

    /// <summary>Checks a signature.</summary>
    /// <param name="digest">What was signed.</param>
    /// <param name="signature">65 bytes, 64 (EIP-2098), or what a contract takes.</param>
    /// <param name="signer">Who is said to have signed.</param>
    /// <param name="rpc">The chain on which the signer may be a contract; absent to check keys alone.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public static async Task<CheckedSignature> CheckAsync(
        Hash32 digest, byte[] signature, EvmAddress signer, EvmRpc? rpc, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var recovered = Recover(digest, signature);
        if (recovered == signer)
        {
            // With EIP-7702 an account may have code and still be held by its key: the key's signature stands.
            return new() { Verdict = SignatureVerdict.Valid, Method = "ecdsa", Digest = digest, Recovered = recovered };
        }

        if (rpc is null)
        {
            return new()
            {
                Verdict = recovered is null ? SignatureVerdict.Unknown : SignatureVerdict.Invalid,
                Digest = digest,
                Recovered = recovered,
                Note = "No chain was named, so only a key could be checked; the signer may be a contract.",
            };
        }

        var head = await rpc.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        var isWrapped = signature.AsSpan().EndsWith(s_wrapping);
        if ((await rpc.GetCodeAsync(signer, BlockTag.Number(head), cancellationToken).ConfigureAwait(false)).Length == 0)
        {
            return new()
            {
                Verdict = isWrapped ? SignatureVerdict.Unknown : SignatureVerdict.Invalid,
                Method = isWrapped ? null : "ecdsa",
                Digest = digest,
                Recovered = recovered,
                AtBlock = head,
                Note = isWrapped ? "The signer is a contract that is not deployed there yet (ERC-6492); its answer is not simulated." : null,
            };
        }

        return await AskContractAsync(rpc, digest, isWrapped ? Unwrapped(signature) : signature, signer, head, recovered, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CheckedSignature> AskContractAsync(
        EvmRpc rpc, Hash32 digest, byte[] signature, EvmAddress signer, ulong head, EvmAddress? recovered, CancellationToken ct)
    {
        var isValid = false;
        try
        {
            var returned = await rpc.CallAsync(
                new() { To = signer, Data = s_isValidSignature.Encode(digest, signature) }, BlockTag.Number(head), ct).ConfigureAwait(false);

            // The magic value is the function's own selector, in a whole word: anything else is a no.
            isValid = returned.Length == 32 && returned.AsSpan(0, 4).SequenceEqual(s_isValidSignature.Selector) && !returned.AsSpan(4).ContainsAnyExcept((byte)0);
        }
        catch (EvmRpcException refused) when (refused.Kind == EvmRpcFailure.RpcError)
        {
            // A revert is a no.
        }

        return new()
        {
            Verdict = isValid ? SignatureVerdict.Valid : SignatureVerdict.Invalid,
            Method = "erc-1271",
            Digest = digest,
            Recovered = recovered,
            AtBlock = head,
            Note = "The signer is a contract: it may answer otherwise at another time.",
        };
    }

    private static byte[] Unwrapped(byte[] signature)
    {
        try
        {
            return s_wrapped.DecodeResult(signature.AsSpan(0, signature.Length - 32))[2].AsBytes();
        }
        catch (EvmFormatException)
        {
            // Wrapped wrongly: the contract may say no to it itself.
            return signature;
        }
    }

    /// <summary>The address whose key made the signature. High s is refused: such a copy can be made by anybody (EIP-2).</summary>
    private static EvmAddress? Recover(Hash32 digest, ReadOnlySpan<byte> signature)
    {
        Span<byte> plain = stackalloc byte[Secp256k1.SignatureLength];
        if (signature.Length == 64)
        {
            // EIP-2098: the recovery id is the highest bit of s.
            signature.CopyTo(plain);
            plain[64] = (byte)(plain[32] >> 7);
            plain[32] &= 0x7f;
        }
        else if (signature.Length == 65 && signature[64] is 0 or 1 or 27 or 28)
        {
            signature.CopyTo(plain);
            plain[64] = (byte)(plain[64] >= 27 ? plain[64] - 27 : plain[64]);
        }
        else
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[Hash32.Size];
        Span<byte> key = stackalloc byte[Secp256k1.PublicKeyLength];
        digest.WriteTo(hash);
        return Secp256k1.TryRecover(hash, plain, key) && Secp256k1.Verify(key, hash, plain[..64]) ? EvmAddress.FromPublicKey(key) : null;
    }
}
