namespace CryptoMcp.Evm;

/// <summary>ABI encoding of parameter lists: heads first, then the tails of dynamic values in order.</summary>
public static class AbiEncoder
{
    /// <summary>Encodes values of the given types.</summary>
    /// <exception cref="EvmFormatException">A value does not fit its type.</exception>
    public static byte[] Encode(IReadOnlyList<AbiParameter> types, params ReadOnlySpan<AbiValue> values) => Encode(types, values, []);

    internal static byte[] Encode(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values, ReadOnlySpan<byte> prefix)
    {
        if (types.Count != values.Length)
        {
            throw new EvmFormatException($"{types.Count} values are expected, {values.Length} are given.");
        }

        var encoded = new byte[prefix.Length + MeasureMembers(types, values)];
        prefix.CopyTo(encoded);
        WriteMembers(types, values, encoded.AsSpan(prefix.Length));
        return encoded;
    }

    /// <summary>Bytes that a value takes where it stands: in the head if static, in the tail if dynamic.</summary>
    private static int Measure(AbiType type, AbiValue value) => type.Kind switch
    {
        AbiKind.Bytes => 32 + Padded(value.AsBytes().Length),
        AbiKind.Text => 32 + Padded(AbiWord.StrictUtf8.GetByteCount(value.AsText())),
        AbiKind.List => 32 + MeasureItems(type.Element!, Items(value)),
        AbiKind.FixedList => MeasureItems(type.Element!, Items(value, type.Size, type)),
        AbiKind.Tuple => MeasureMembers(type.Components, Items(value, type.Components.Count, type)),
        _ => 32,
    };

    private static int MeasureMembers(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values)
    {
        var size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            size = checked(size + Measure(types[i].Type, values[i]) + (types[i].Type.IsDynamic ? 32 : 0));
        }

        return size;
    }

    private static int MeasureItems(AbiType element, ReadOnlySpan<AbiValue> values)
    {
        var size = 0;
        foreach (var value in values)
        {
            size = checked(size + Measure(element, value) + (element.IsDynamic ? 32 : 0));
        }

        return size;
    }

    private static void WriteMembers(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values, Span<byte> to)
    {
        var tail = types.Sum(parameter => parameter.Type.HeadSize);
        var head = 0;
        for (var i = 0; i < values.Length; i++)
        {
            WriteOne(types[i].Type, values[i], to, ref head, ref tail);
        }
    }

    private static void WriteItems(AbiType element, ReadOnlySpan<AbiValue> values, Span<byte> to)
    {
        var tail = values.Length * element.HeadSize;
        var head = 0;
        foreach (var value in values)
        {
            WriteOne(element, value, to, ref head, ref tail);
        }
    }

    private static void WriteOne(AbiType type, AbiValue value, Span<byte> to, ref int head, ref int tail)
    {
        if (type.IsDynamic)
        {
            Hex.WriteWord((ulong)tail, to[head..]);
            Write(type, value, to[tail..]);
            tail += Measure(type, value);
        }
        else
        {
            Write(type, value, to[head..]);
        }

        head += type.HeadSize;
    }

    private static void Write(AbiType type, AbiValue value, Span<byte> to)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                Hex.WriteWord((ulong)value.AsBytes().Length, to);
                value.AsBytes().CopyTo(to[32..]);
                break;
            case AbiKind.Text:
                Hex.WriteWord((ulong)AbiWord.StrictUtf8.GetBytes(value.AsText(), to[32..]), to);
                break;
            case AbiKind.List:
                Hex.WriteWord((ulong)value.Items.Count, to);
                WriteItems(type.Element!, Items(value), to[32..]);
                break;
            case AbiKind.FixedList:
                WriteItems(type.Element!, Items(value), to);
                break;
            case AbiKind.Tuple:
                WriteMembers(type.Components, Items(value), to);
                break;
            default:
                AbiWord.Write(type, value, to);
                break;
        }
    }

    private static ReadOnlySpan<AbiValue> Items(AbiValue value) => (AbiValue[])value.Items;

    private static ReadOnlySpan<AbiValue> Items(AbiValue value, int count, AbiType type) => value.Items.Count == count
        ? Items(value)
        : throw new EvmFormatException($"A value of type {type} has {value.Items.Count} members instead of {count}.");

    private static int Padded(int length) => (length + 31) & ~31;
}
