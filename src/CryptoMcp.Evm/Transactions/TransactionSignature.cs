using System.Globalization;
using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>The checked parts of a 65-byte signature: r, s and recovery id.</summary>
internal readonly ref struct TransactionSignature
{
    /// <summary>Half the order of secp256k1, rounded down: s of a valid transaction is at most this (EIP-2).</summary>
    private static readonly BigInteger s_halfOrder =
        BigInteger.Parse("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", NumberStyles.HexNumber,
            CultureInfo.InvariantCulture);

    private static readonly BigInteger s_order = (2 * s_halfOrder) + 1;

    private TransactionSignature(BigInteger r, BigInteger s, int recoveryId)
    {
        R = r;
        S = s;
        RecoveryId = recoveryId;
    }

    public BigInteger R { get; }

    public BigInteger S { get; }

    /// <summary>Parity of the nonce point's y: 0 or 1. 2 and 3 exist for secp256k1, but no transaction can carry them.</summary>
    public int RecoveryId { get; }

    public static TransactionSignature Parse(ReadOnlySpan<byte> signature65) => signature65.Length == 65
        ? Check(new(signature65[..32], isUnsigned: true, isBigEndian: true), new(signature65[32..64], isUnsigned: true, isBigEndian: true),
            signature65[64])
        : throw new EvmFormatException($"A signature has 65 bytes (r, s, recovery id), not {signature65.Length}.");

    public static TransactionSignature Check(BigInteger r, BigInteger s, int recoveryId)
    {
        if (recoveryId is not (0 or 1))
        {
            throw new EvmFormatException("A signature's recovery id is neither 0 nor 1.");
        }

        return r.Sign > 0 && r < s_order && s.Sign > 0 && s <= s_halfOrder
            ? new(r, s, recoveryId)
            : throw new EvmFormatException("A signature is out of range: r or s is 0 or too large, or s is in the upper half (EIP-2).");
    }

    public void WriteTo(Span<byte> signature65)
    {
        Hex.WriteWord(R, signature65);
        Hex.WriteWord(S, signature65[32..]);
        signature65[64] = (byte)RecoveryId;
    }
}
