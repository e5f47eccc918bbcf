using CryptoMcp.Money;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Writes a ledger record as one JSON object, without its hash. Output is ASCII: the rest is escaped.</summary>
internal sealed class RecordWriter
{
    private readonly JsonLine _json = new();
    private (AccountId Account, string Text) _lastAccount;

    /// <summary>Writes <c>{"seq":…,…,"prev":"…"</c> without the closing brace: the hash follows.</summary>
    internal void Write(LineBuffer output, LedgerRecord record, ReadOnlySpan<byte> previousHash)
    {
        _json.Begin(output);
        _json.Number("seq"u8, (ulong)record.Sequence);
        _json.String("time"u8, record.Time);
        Optional("host"u8, record.Host);
        switch (record)
        {
            case CreatedRecord r:
                Type(PaymentTransitions.NameOf(r.Outcome), r.PaymentId);
                _json.String("key"u8, r.Key);
                _json.String("intent"u8, r.IntentDigest);
                _json.String("client"u8, r.Client);
                _json.String("operation"u8, r.Operation);
                _json.String("account"u8, AccountText(r.Account));
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
                _json.String("digest"u8, r.Variant.Digest);
                _json.String("unsigned"u8, r.Variant.UnsignedBytes);
                Charges("charges"u8, r.Variant.Charges);
                Optional("expiresAt"u8, r.Variant.ExpiresAt);
                Optional("expiresAfterHeight"u8, r.Variant.ExpiresAfterHeight);
                break;
            case ExposedRecord r:
                Type("exposed", r.PaymentId);
                _json.String("signed"u8, r.SignedBytes);
                Optional("transaction"u8, r.TransactionId);
                break;
            case SettledRecord r:
                Type("settled", r.PaymentId);
                _json.String("finalizedAt"u8, r.FinalizedAt);
                Charges("actual"u8, r.Actual);
                Optional("transaction"u8, r.TransactionId);
                Json("proof"u8, r.Proof);
                break;
            default:
                WriteRare(record);
                break;
        }

        if (record.Flushed != record.Sequence - 1)
        {
            _json.Number("flushed"u8, (ulong)record.Flushed);
        }

        _json.String("prev"u8, previousHash);
    }

    private void WriteRare(LedgerRecord record)
    {
        switch (record)
        {
            case OpenedRecord r:
                _json.String("type"u8, "opened"u8);
                _json.Number("format"u8, (ulong)r.Format);
                break;
            case ApprovedRecord r:
                Type("approved", r.PaymentId);
                Charges("charges"u8, r.Charges);
                Json("decision"u8, r.Decision);
                break;
            case ClosedRecord r:
                Type("closed", r.PaymentId);
                _json.String("reason"u8, r.Reason);
                Json("decision"u8, r.Decision);
                break;
            case SeenRecord r:
                Type("seen", r.PaymentId);
                _json.Number("block"u8, r.Block.Number);
                Optional("blockHash"u8, r.Block.Hash);
                Optional("blockTime"u8, r.Block.Time);
                Optional("transaction"u8, r.Block.TransactionId);
                break;
            case ReorgedRecord r:
                Type("reorged", r.PaymentId);
                break;
            case ReleasedRecord r:
                Type("released", r.PaymentId);
                _json.String("reason"u8, JournalWords.Of(r.Reason));
                Optional("finalizedAt"u8, r.FinalizedAt);
                Optional("finalizedHeight"u8, r.FinalizedHeight);
                Optional("consumedBy"u8, r.ConsumedBy);
                Json("proof"u8, r.Proof);
                break;
            case StuckRecord r:
                Type("stuck", r.PaymentId);
                _json.String("reason"u8, r.Reason);
                break;
            case FreezeRecord r:
                _json.String("type"u8, r.Frozen ? "frozen"u8 : "unfrozen"u8);
                Optional("account"u8, r.Account is { } account ? AccountText(account) : null);
                _json.String("reason"u8, r.Reason);
                break;
            case RechargedRecord r:
                _json.String("type"u8, "recharged"u8);
                _json.Name("payments"u8);
                _json.StartObject();
                foreach (var (id, charges) in r.Payments)
                {
                    Charges(id, charges);
                }

                _json.EndObject();
                break;
            case AuditRecord r:
                _json.String("type"u8, "audit"u8);
                _json.String("kind"u8, r.Kind);
                Optional("client"u8, r.Client);
                Json("details"u8, r.Details);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
    }

    private void Type(string type, string paymentId)
    {
        _json.String("type"u8, type);
        _json.String("payment"u8, paymentId);
    }

    private void Optional(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            _json.String(name, value);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
        {
            _json.Number(name, number);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            _json.String(name, time);
        }
    }

    private void Json(ReadOnlySpan<byte> name, JsonText value)
    {
        if (!value.IsEmpty)
        {
            _json.Json(name, value);
        }
    }

    private void Tags(IReadOnlyList<string> tags)
    {
        if (tags.Count > 0)
        {
            _json.Array("tags"u8, tags);
        }
    }

    private string AccountText(AccountId account)
    {
        if (_lastAccount.Text is null || _lastAccount.Account != account)
        {
            _lastAccount = (account, account.ToString());
        }

        return _lastAccount.Text;
    }

    private void Charges(string name, IReadOnlyList<Charge> charges)
    {
        _json.Name(name);
        ChargeObject(charges);
    }

    private void Charges(ReadOnlySpan<byte> name, IReadOnlyList<Charge> charges)
    {
        _json.Name(name);
        ChargeObject(charges);
    }

    private void ChargeObject(IReadOnlyList<Charge> charges)
    {
        _json.StartObject();
        for (var i = 0; i < charges.Count; i++)
        {
            _json.Name(charges[i].Counter);
            _json.Amount(charges[i].Amount);
        }

        _json.EndObject();
    }
}
