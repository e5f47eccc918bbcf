using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Writes a ledger record as one JSON object, without its chain fields. Output is ASCII: the encoder escapes the rest.</summary>
internal sealed class RecordWriter : IDisposable
{
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Writes <c>{"seq":…,…,"prev":"…"</c> without the closing brace: the hash follows.</summary>
    internal void Write(IBufferWriter<byte> output, LedgerRecord record, ReadOnlySpan<byte> previousHash)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteNumber("seq"u8, record.Sequence);
        _json.WriteString("time"u8, record.Time);
        Optional("host"u8, record.Host);
        switch (record)
        {
            case CreatedRecord r:
                Type(PaymentTransitions.NameOf(r.Outcome), r.PaymentId);
                _json.WriteString("key"u8, r.Key);
                _json.WriteString("intent"u8, r.IntentDigest);
                _json.WriteString("client"u8, r.Client);
                _json.WriteString("operation"u8, r.Operation);
                _json.WriteString("account"u8, r.Account.ToString());
                Charges("charges"u8, r.Charges);
                Tags(r.Tags);
                Json("facts"u8, r.Facts);
                Json("decision"u8, r.Decision);
                break;
            case SigningRecord r:
                Type(r.Variant.Purpose == VariantPurpose.Payment ? "signing" : "replacing", r.PaymentId);
                Optional("purpose"u8, r.Variant.Purpose switch
                {
                    VariantPurpose.Replacement => "replacement",
                    VariantPurpose.Cancellation => "cancellation",
                    _ => null,
                });
                Optional("nonce"u8, r.Nonce);
                _json.WriteString("digest"u8, r.Variant.Digest);
                _json.WriteString("unsigned"u8, r.Variant.UnsignedBytes);
                Charges("charges"u8, r.Variant.Charges);
                Optional("expiresAt"u8, r.Variant.ExpiresAt);
                Optional("expiresAfterHeight"u8, r.Variant.ExpiresAfterHeight);
                break;
            case ExposedRecord r:
                Type("exposed", r.PaymentId);
                _json.WriteString("signed"u8, r.SignedBytes);
                Optional("transaction"u8, r.TransactionId);
                break;
            case SettledRecord r:
                Type("settled", r.PaymentId);
                _json.WriteString("finalizedAt"u8, r.FinalizedAt);
                Charges("actual"u8, r.Actual);
                Optional("transaction"u8, r.TransactionId);
                Json("proof"u8, r.Proof);
                break;
            default:
                WriteRare(record);
                break;
        }

        _json.WriteString("prev"u8, previousHash);
        _json.Flush();
    }

    private void WriteRare(LedgerRecord record)
    {
        switch (record)
        {
            case OpenedRecord r:
                _json.WriteString("type"u8, "opened"u8);
                _json.WriteNumber("format"u8, r.Format);
                break;
            case ApprovedRecord r:
                Type("approved", r.PaymentId);
                Charges("charges"u8, r.Charges);
                Json("decision"u8, r.Decision);
                break;
            case ClosedRecord r:
                Type("closed", r.PaymentId);
                _json.WriteString("reason"u8, r.Reason);
                Json("decision"u8, r.Decision);
                break;
            case SeenRecord r:
                Type("seen", r.PaymentId);
                _json.WriteNumber("block"u8, r.Block.Number);
                Optional("blockHash"u8, r.Block.Hash);
                Optional("blockTime"u8, r.Block.Time);
                Optional("transaction"u8, r.Block.TransactionId);
                break;
            case ReorgedRecord r:
                Type("reorged", r.PaymentId);
                break;
            case ReleasedRecord r:
                Type("released", r.PaymentId);
                _json.WriteString("reason"u8, JournalWords.Of(r.Reason));
                Optional("finalizedAt"u8, r.FinalizedAt);
                Optional("finalizedHeight"u8, r.FinalizedHeight);
                Optional("consumedBy"u8, r.ConsumedBy);
                Json("proof"u8, r.Proof);
                break;
            case StuckRecord r:
                Type("stuck", r.PaymentId);
                _json.WriteString("reason"u8, r.Reason);
                break;
            case FreezeRecord r:
                _json.WriteString("type"u8, r.Frozen ? "frozen"u8 : "unfrozen"u8);
                Optional("account"u8, r.Account?.ToString());
                _json.WriteString("reason"u8, r.Reason);
                break;
            case RechargedRecord r:
                _json.WriteString("type"u8, "recharged"u8);
                _json.WriteStartObject("payments"u8);
                foreach (var (id, charges) in r.Payments)
                {
                    Charges(id, charges);
                }

                _json.WriteEndObject();
                break;
            case AuditRecord r:
                _json.WriteString("type"u8, "audit"u8);
                _json.WriteString("kind"u8, r.Kind);
                Json("details"u8, r.Details);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
    }

    private void Type(string type, string paymentId)
    {
        _json.WriteString("type"u8, type);
        _json.WriteString("payment"u8, paymentId);
    }

    private void Optional(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            _json.WriteString(name, time);
        }
    }

    private void Json(ReadOnlySpan<byte> name, JsonText value)
    {
        if (!value.IsEmpty)
        {
            _json.WritePropertyName(name);
            value.WriteTo(_json);
        }
    }

    private void Tags(IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("tags"u8);
        for (var i = 0; i < tags.Count; i++)
        {
            _json.WriteStringValue(tags[i]);
        }

        _json.WriteEndArray();
    }

    private void Charges(string name, IReadOnlyList<Charge> charges)
    {
        _json.WritePropertyName(name);
        ChargeObject(charges);
    }

    private void Charges(ReadOnlySpan<byte> name, IReadOnlyList<Charge> charges)
    {
        _json.WritePropertyName(name);
        ChargeObject(charges);
    }

    // Amounts are text: a JSON number above 2^53 is not read alike by all readers.
    private void ChargeObject(IReadOnlyList<Charge> charges)
    {
        Span<char> digits = stackalloc char[96];
        _json.WriteStartObject();
        for (var i = 0; i < charges.Count; i++)
        {
            var amount = charges[i].Amount;
            if (amount.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture))
            {
                _json.WriteString(charges[i].Counter, digits[..length]);
            }
            else
            {
                _json.WriteString(charges[i].Counter, amount.ToString(CultureInfo.InvariantCulture));
            }
        }

        _json.WriteEndObject();
    }
}
