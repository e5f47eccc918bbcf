using System.Buffers.Binary;
using System.Text;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>
/// A payment as a run of bytes: what a resolved payment is in memory and every payment in a snapshot. It begins with what
/// lookups, lists and budgets ask for, so that these read no further.
/// </summary>
internal static class PaymentImage
{
    /// <summary>Appends the image of a payment.</summary>
    internal static void Write(LineBuffer output, Payment payment, NameNumbers names)
    {
        Text(output, payment.Id);
        Text(output, payment.Key);
        Text(output, payment.IntentDigest);
        Number(output, (ulong)names.Of(payment.Client));
        Number(output, (ulong)names.Of(payment.Operation));
        Number(output, (ulong)names.Of(payment.Account.ToString()));
        output.Add((byte)payment.State);
        Time(output, payment.Created);
        Optional(output, payment.SettledAt);
        output.Add(payment.Actual is null ? (byte)0 : (byte)1);
        if (payment.Actual is { } actual)
        {
            Charges(output, actual, names);
        }

        Charges(output, payment.Charges, names);
        Number(output, (ulong)payment.Tags.Count);
        foreach (var tag in payment.Tags)
        {
            Number(output, (ulong)names.Of(tag));
        }

        Time(output, payment.Updated);
        Number(output, (ulong)payment.Sequence);
        Optional(output, payment.Host);
        Optional(output, payment.Nonce);
        Number(output, (ulong)payment.Variants.Count);
        foreach (var variant in payment.Variants)
        {
            Variant(output, variant, names);
        }

        output.Add(payment.Seen is null ? (byte)0 : (byte)1);
        if (payment.Seen is { } seen)
        {
            Number(output, seen.Number);
            Optional(output, seen.Hash);
            Optional(output, seen.Time);
            Optional(output, seen.TransactionId);
        }

        Optional(output, payment.TransactionId);
        Optional(output, payment.Reason);
        Json(output, payment.FactsText);
        Json(output, payment.DecisionText);
        Json(output, payment.ProofText);
    }

    /// <summary>The payment of an image.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    internal static Payment Read(ReadOnlyMemory<byte> image, NameNumbers names)
    {
        var input = new ImageReader(image);
        return new()
        {
            Id = input.Text(),
            Key = input.Text(),
            IntentDigest = input.Text(),
            Client = names[input.Index()],
            Operation = names[input.Index()],
            Account = AccountId.Parse(names[input.Index()]),
            State = (PaymentState)input.Byte(),
            Created = input.Time(),
            SettledAt = input.OptionalTime(),
            Actual = input.Byte() == 0 ? null : ReadCharges(ref input, names),
            Charges = ReadCharges(ref input, names),
            Tags = ReadTags(ref input, names),
            Updated = input.Time(),
            Sequence = (long)input.Number(),
            Host = input.OptionalText(),
            Nonce = input.Byte() == 0 ? null : input.Number(),
            Variants = ReadVariants(ref input, names),
            Seen = input.Byte() == 0 ? null : new(input.Number(), input.OptionalText(), input.OptionalTime(), input.OptionalText()),
            TransactionId = input.OptionalText(),
            Reason = input.OptionalText(),
            FactsText = ReadJson(ref input),
            DecisionText = ReadJson(ref input),
            ProofText = ReadJson(ref input),
        };
    }

    internal static Charge[] ReadCharges(ref ImageReader input, NameNumbers names)
    {
        var result = new Charge[input.Index()];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new(names[input.Index()], input.Amount());
        }

        return result;
    }

    private static string[] ReadTags(ref ImageReader input, NameNumbers names)
    {
        var count = input.Index();
        if (count == 0)
        {
            return [];
        }

        var result = new string[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = names[input.Index()];
        }

        return result;
    }

    private static SignedVariant[] ReadVariants(ref ImageReader input, NameNumbers names)
    {
        var count = input.Index();
        if (count == 0)
        {
            return [];
        }

        var result = new SignedVariant[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = new()
            {
                Purpose = (VariantPurpose)input.Byte(),
                Digest = input.Text(),
                UnsignedBytes = input.Text(),
                Charges = ReadCharges(ref input, names),
                ExpiresAt = input.OptionalTime(),
                ExpiresAfterHeight = input.Byte() == 0 ? null : input.Number(),
                SignedBytes = input.OptionalText(),
                TransactionId = input.OptionalText(),
            };
        }

        return result;
    }

    internal static JsonText ReadJson(ref ImageReader input)
    {
        var utf8 = input.Bytes();
        return utf8.IsEmpty ? JsonText.Empty : new(utf8);
    }

    private static void Variant(LineBuffer output, SignedVariant variant, NameNumbers names)
    {
        output.Add((byte)variant.Purpose);
        Text(output, variant.Digest);
        Text(output, variant.UnsignedBytes);
        Charges(output, variant.Charges, names);
        Optional(output, variant.ExpiresAt);
        Optional(output, variant.ExpiresAfterHeight);
        Optional(output, variant.SignedBytes);
        Optional(output, variant.TransactionId);
    }

    private static void Charges(LineBuffer output, IReadOnlyList<Charge> charges, NameNumbers names)
    {
        Number(output, (ulong)charges.Count);
        for (var i = 0; i < charges.Count; i++)
        {
            Number(output, (ulong)names.Of(charges[i].Counter));
            var amount = charges[i].Amount;
            var length = amount.GetByteCount(isUnsigned: true);
            Number(output, (ulong)length);
            amount.TryWriteBytes(output.GetSpan(length), out _, isUnsigned: true);
            output.Advance(length);
        }
    }

    internal static void Json(LineBuffer output, JsonText value)
    {
        if (value.IsEmpty)
        {
            output.Add(0);
            return;
        }

        var text = new LineBuffer(512);
        value.WriteTo(text);
        Number(output, (ulong)text.Length);
        output.Add(text.Written);
    }

    internal static void Optional(LineBuffer output, string? value)
    {
        output.Add(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            Text(output, value);
        }
    }

    private static void Optional(LineBuffer output, ulong? value)
    {
        output.Add(value is null ? (byte)0 : (byte)1);
        if (value is { } number)
        {
            Number(output, number);
        }
    }

    internal static void Optional(LineBuffer output, DateTimeOffset? value)
    {
        output.Add(value is null ? (byte)0 : (byte)1);
        if (value is { } time)
        {
            Time(output, time);
        }
    }

    internal static void Time(LineBuffer output, DateTimeOffset value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value.UtcTicks);
        output.Advance(8);
    }

    internal static void Text(LineBuffer output, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(output, (ulong)length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    internal static void Number(LineBuffer output, ulong value)
    {
        while (value >= 0x80)
        {
            output.Add((byte)(value | 0x80));
            value >>= 7;
        }

        output.Add((byte)value);
    }
}
