using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>Writes Solana's wire format into a buffer that is large enough for any transaction.</summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void Pubkey(Pubkey value) => value.WriteTo(Take(Solana.Pubkey.Size));

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>A compact-u16.</summary>
    public void Count(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length)
        {
            throw new SolanaFormatException($"The message is larger than the {_buffer.Length} bytes that the network takes.");
        }

        var taken = _buffer.Slice(Length, count);
        Length += count;
        return taken;
    }
}
