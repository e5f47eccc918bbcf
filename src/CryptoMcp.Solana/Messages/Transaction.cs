using CryptoMcp.Cryptography;

namespace CryptoMcp.Solana;

/// <summary>A message with its signatures; one that is not there yet is 64 zero bytes.</summary>
/// <param name="Signatures">64 bytes for each account that signs, in their order.</param>
/// <param name="Message">The signed bytes.</param>
public sealed record Transaction(IReadOnlyList<ReadOnlyMemory<byte>> Signatures, ReadOnlyMemory<byte> Message)
{
    /// <summary>The fee payer's signature, by which the network knows the transaction; null while it is missing.</summary>
    public TransactionSignature? Id => Signatures[0].Span.IndexOfAnyExcept((byte)0) < 0 ? null : TransactionSignature.Of(Signatures[0].Span);

    /// <summary>A transaction with one signature in place and the others missing.</summary>
    /// <exception cref="SolanaFormatException">The account is no signer of the message.</exception>
    public static Transaction Sign(ReadOnlyMemory<byte> message, Pubkey signer, ReadOnlyMemory<byte> signature)
    {
        var decoded = MessageCodec.Decode(message.Span);
        var signatures = new ReadOnlyMemory<byte>[decoded.RequiredSignatures];
        Array.Fill(signatures, new byte[Ed25519.SignatureLength]);
        for (var i = 0; i < signatures.Length; i++)
        {
            if (decoded.StaticAccounts[i] == signer)
            {
                signatures[i] = signature;
                return new(signatures, message);
            }
        }

        throw new SolanaFormatException($"{signer} does not sign this message.");
    }

    /// <summary>Reads a transaction.</summary>
    /// <exception cref="SolanaFormatException">The bytes are no transaction.</exception>
    public static Transaction Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MessageCodec.MaxTransactionLength)
        {
            throw new SolanaFormatException($"A transaction has at most {MessageCodec.MaxTransactionLength} bytes, not {bytes.Length}.");
        }

        var reader = new WireReader(bytes.Span);
        var signatures = new ReadOnlyMemory<byte>[reader.Length()];
        for (var i = 0; i < signatures.Length; i++)
        {
            signatures[i] = reader.Take(Ed25519.SignatureLength).ToArray();
        }

        var message = bytes[reader.Position..];
        return MessageCodec.Decode(message.Span).RequiredSignatures == signatures.Length
            ? new(signatures, message)
            : throw new SolanaFormatException("The number of signatures is not what the message asks for.");
    }

    /// <summary>The bytes that the network takes.</summary>
    /// <exception cref="SolanaFormatException">They are more than it takes.</exception>
    public byte[] Encode()
    {
        Span<byte> buffer = stackalloc byte[MessageCodec.MaxTransactionLength];
        var writer = new WireWriter(buffer);
        writer.Count(Signatures.Count);
        for (var i = 0; i < Signatures.Count; i++)
        {
            writer.Bytes(Signatures[i].Span);
        }

        writer.Bytes(Message.Span);
        return writer.Written.ToArray();
    }
}
