using System.Globalization;
using System.Numerics;
using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// Values that take one 32-byte word, the same in the ABI and in EIP-712 (encodeData). Range and padding are checked in
/// both directions: a number outside its type's range and dirty padding bits are refused, never cut.
/// </summary>
internal static class AbiWord
{
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(AbiType type, AbiValue value, Span<byte> word)
    {
        word[..32].Clear();
        switch (type.Kind)
        {
            case AbiKind.UnsignedNumber or AbiKind.SignedNumber:
                WriteNumber(type, value.AsNumber(), word);
                break;
            case AbiKind.Address:
                value.AsAddress().WriteTo(word[12..]);
                break;
            case AbiKind.Flag:
                word[31] = value.AsFlag() ? (byte)1 : (byte)0;
                break;
            case AbiKind.FixedBytes:
                var bytes = value.AsBytes();
                if (bytes.Length != type.Size)
                {
                    throw new EvmFormatException($"A value of type {type} has {bytes.Length} bytes.");
                }

                bytes.CopyTo(word);
                break;
            default:
                throw new InvalidOperationException($"{type} does not fit one word.");
        }
    }

    public static AbiValue Read(AbiType type, ReadOnlySpan<byte> word)
    {
        switch (type.Kind)
        {
            case AbiKind.UnsignedNumber:
                var unsigned = Hex.ReadWord(word);
                return unsigned.GetBitLength() <= type.Size ? unsigned : throw Dirty(type);
            case AbiKind.SignedNumber:
                var signed = new BigInteger(word[..32], isUnsigned: false, isBigEndian: true);
                return Fits(type, signed) ? signed : throw Dirty(type);
            case AbiKind.Address:
                return word[..12].ContainsAnyExcept((byte)0) ? throw Dirty(type) : new EvmAddress(word[12..32]);
            case AbiKind.Flag:
                return word[..31].ContainsAnyExcept((byte)0) || word[31] > 1 ? throw Dirty(type) : word[31] == 1;
            case AbiKind.FixedBytes:
                return word[type.Size..32].ContainsAnyExcept((byte)0) ? throw Dirty(type) : word[..type.Size].ToArray();
            default:
                throw new InvalidOperationException($"{type} does not fit one word.");
        }
    }

    private static void WriteNumber(AbiType type, BigInteger value, Span<byte> word)
    {
        if (!Fits(type, value))
        {
            var shown = UntrustedText.Quote(value.ToString(CultureInfo.InvariantCulture));
            throw new EvmFormatException($"The number {shown} is out of the range of {type}.");
        }

        if (value.Sign < 0)
        {
            word[..32].Fill(0xff);
            var length = value.GetByteCount();
            value.TryWriteBytes(word[(32 - length)..32], out _, isUnsigned: false, isBigEndian: true);
        }
        else
        {
            Hex.WriteWord(value, word);
        }
    }

    /// <summary>GetBitLength leaves the sign out: -128 and 127 have 7 bits, so intN holds what has less than N.</summary>
    private static bool Fits(AbiType type, BigInteger value) => type.Kind == AbiKind.UnsignedNumber
        ? value.Sign >= 0 && value.GetBitLength() <= type.Size
        : value.GetBitLength() < type.Size;

    private static EvmFormatException Dirty(AbiType type) => new($"ABI: a word holds no {type}: bits outside the type's range are set.");
}
