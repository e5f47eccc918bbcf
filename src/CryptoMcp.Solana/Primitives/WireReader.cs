using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>Reads Solana's wire format strictly: what ends early, or encodes a length in more bytes than needed, is refused.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public readonly int Left => _bytes.Length - Position;

    public byte Byte() => Take(1)[0];

    public readonly byte Peek() => Left > 0 ? _bytes[Position] : throw TooShort();

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public Pubkey Pubkey() => new(Take(Solana.Pubkey.Size));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw TooShort();
        }

        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>A compact-u16: seven bits to a byte, lowest first, at most three bytes, none of them for nothing.</summary>
    public int Length()
    {
        var value = 0;
        for (var i = 0; ; i++)
        {
            var next = Byte();
            value |= (next & 0x7f) << (7 * i);
            if ((next & 0x80) == 0)
            {
                return (next == 0 && i > 0) || value > ushort.MaxValue
                    ? throw new SolanaFormatException("A length is not written in its shortest form.")
                    : value;
            }

            if (i == 2)
            {
                throw new SolanaFormatException("A length has more than three bytes.");
            }
        }
    }

    private static SolanaFormatException TooShort() => new("The bytes end before the message does.");
}
