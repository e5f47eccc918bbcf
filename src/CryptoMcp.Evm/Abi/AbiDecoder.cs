using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// ABI decoding that accepts the canonical encoding only: tails in order and without gaps or sharing, padding zero,
/// nothing left over. What it accepts encodes back to the same bytes, so a decoded call shows all that the bytes do.
/// </summary>
public static class AbiDecoder
{
    /// <summary>Decodes values of the given types.</summary>
    /// <exception cref="EvmFormatException">The data is not the canonical encoding of such values.</exception>
    public static AbiValue[] Decode(IReadOnlyList<AbiParameter> types, ReadOnlySpan<byte> data)
    {
        var values = new AbiValue[types.Count];
        var used = ReadMembers(types, data, values);
        return used == data.Length ? values : throw new EvmFormatException($"ABI: {data.Length - used} bytes are left over.");
    }

    private static int ReadMembers(IReadOnlyList<AbiParameter> types, ReadOnlySpan<byte> data, AbiValue[] values)
    {
        var tail = types.Sum(parameter => parameter.Type.HeadSize);
        var head = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadOne(types[i].Type, data, ref head, ref tail);
        }

        return tail;
    }

    private static int ReadItems(AbiType element, ReadOnlySpan<byte> data, AbiValue[] values)
    {
        var tail = values.Length * element.HeadSize;
        var head = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadOne(element, data, ref head, ref tail);
        }

        return tail;
    }

    private static AbiValue ReadOne(AbiType type, ReadOnlySpan<byte> data, ref int head, ref int tail)
    {
        AbiValue value;
        if (type.IsDynamic)
        {
            var offset = ReadLength(data, head);
            if (offset != tail)
            {
                throw new EvmFormatException($"ABI: an offset is {offset} where the canonical encoding has {tail}.");
            }

            value = Read(type, data[Math.Min(tail, data.Length)..], out var used);
            tail += used;
        }
        else
        {
            Need(data, head + type.HeadSize);
            value = Read(type, data[head..], out _);
        }

        head += type.HeadSize;
        return value;
    }

    private static AbiValue Read(AbiType type, ReadOnlySpan<byte> data, out int used)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                return ReadBytes(data, out used).ToArray();
            case AbiKind.Text:
                try
                {
                    return AbiWord.StrictUtf8.GetString(ReadBytes(data, out used));
                }
                catch (DecoderFallbackException error)
                {
                    throw new EvmFormatException("ABI: a string is not UTF-8.", error);
                }

            case AbiKind.List:
                var count = ReadLength(data, 0);
                Need(data, 32 + ((long)count * type.Element!.HeadSize));
                var items = new AbiValue[count];
                used = 32 + ReadItems(type.Element!, data[32..], items);
                return AbiValue.List(items);
            case AbiKind.FixedList:
                var fixedItems = new AbiValue[type.Size];
                used = ReadItems(type.Element!, data, fixedItems);
                return AbiValue.List(fixedItems);
            case AbiKind.Tuple:
                var members = new AbiValue[type.Components.Count];
                used = ReadMembers(type.Components, data, members);
                return AbiValue.List(members);
            default:
                Need(data, 32);
                used = 32;
                return AbiWord.Read(type, data);
        }
    }

    private static ReadOnlySpan<byte> ReadBytes(ReadOnlySpan<byte> data, out int used)
    {
        var length = ReadLength(data, 0);
        used = 32 + ((length + 31) & ~31);
        Need(data, used);
        return data[(32 + length)..used].ContainsAnyExcept((byte)0)
            ? throw new EvmFormatException("ABI: padding is not zero.")
            : data.Slice(32, length);
    }

    /// <summary>Reads a length or an offset: never more than there is data.</summary>
    private static int ReadLength(ReadOnlySpan<byte> data, int at)
    {
        Need(data, at + 32L);
        var length = Hex.ReadWord(data[at..]);
        return length <= data.Length ? (int)length : throw new EvmFormatException("ABI: a length or offset points beyond the data.");
    }

    private static void Need(ReadOnlySpan<byte> data, long length)
    {
        if (data.Length < length)
        {
            throw new EvmFormatException("ABI: the data ends early.");
        }
    }
}
