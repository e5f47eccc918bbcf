using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CryptoMcp.Ledger;

/// <summary>Reads what <see cref="PaymentImage"/> wrote, from the front.</summary>
internal ref struct ImageReader(ReadOnlyMemory<byte> image)
{
    private readonly ReadOnlyMemory<byte> _image = image;
    private readonly ReadOnlySpan<byte> _bytes = image.Span;
    private int _at;

    internal byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Short();

    internal ulong Number()
    {
        var result = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            result |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }

        throw new FormatException("A number in an image is too long.");
    }

    internal int Index() => Number() is var number && number <= int.MaxValue ? (int)number : throw Short();

    /// <summary>A length and so many bytes.</summary>
    internal ReadOnlyMemory<byte> Bytes() => Raw(Index());

    /// <summary>So many bytes.</summary>
    internal ReadOnlyMemory<byte> Raw(int length)
    {
        if (length > _bytes.Length - _at)
        {
            throw Short();
        }

        _at += length;
        return _image.Slice(_at - length, length);
    }

    /// <summary>The same as <see cref="Bytes"/>.</summary>
    internal ReadOnlySpan<byte> Span() => Bytes().Span;

    internal string Text() => Encoding.UTF8.GetString(Span());

    internal string? OptionalText() => Byte() == 0 ? null : Text();

    internal DateTimeOffset Time()
    {
        if (_bytes.Length - _at < 8)
        {
            throw Short();
        }

        _at += 8;
        return new(BinaryPrimitives.ReadInt64LittleEndian(_bytes.Slice(_at - 8, 8)), TimeSpan.Zero);
    }

    internal DateTimeOffset? OptionalTime() => Byte() == 0 ? null : Time();

    internal BigInteger Amount() => new(Span(), isUnsigned: true);

    private static FormatException Short() => new("An image ends too early.");
}
