namespace CryptoMcp.Evm;

/// <summary>The <see href="https://eips.ethereum.org/EIPS/eip-2718">EIP-2718</see> envelope: a type byte, then the payload.</summary>
internal static class TypedEnvelope
{
    public static byte[] Wrap(byte type, ReadOnlySpan<byte> payload)
    {
        var envelope = new byte[1 + payload.Length];
        envelope[0] = type;
        payload.CopyTo(envelope.AsSpan(1));
        return envelope;
    }
}
