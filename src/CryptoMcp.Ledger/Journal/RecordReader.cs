using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Reads a journal line. Strict: an unknown type or field is a journal of another program version and is refused.</summary>
internal sealed class RecordReader
{
    private readonly NameTable _names = new();
    private (string Text, AccountId Account) _lastAccount = (string.Empty, default);

    private long _sequence;
    private long? _flushed;
    private DateTimeOffset _time;
    private string? _host;
    private string? _type;
    private string? _payment;
    private string? _key;
    private string? _intent;
    private string? _client;
    private string? _operation;
    private string? _account;
    private IReadOnlyList<Charge>? _charges;
    private IReadOnlyList<string>? _tags;
    private JsonText _facts = JsonText.Empty;
    private JsonText _decision = JsonText.Empty;
    private JsonText _proof = JsonText.Empty;
    private string? _text;
    private string? _purpose;
    private string? _digest;
    private string? _unsigned;
    private string? _transaction;
    private ulong? _number;
    private ulong? _height;
    private DateTimeOffset? _moment;
    private string? _other;
    private List<KeyValuePair<string, IReadOnlyList<Charge>>>? _payments;

    /// <summary>The record on a line.</summary>
    /// <exception cref="FormatException">The line is no record.</exception>
    /// <exception cref="JsonException">The line is no JSON.</exception>
    internal LedgerRecord Read(ReadOnlySpan<byte> line)
    {
        Clear();
        var json = new Utf8JsonReader(line);
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Field(ref json, line);
        }

        Expect(json.TokenType == JsonTokenType.EndObject && !json.Read(), "the end of the object");
        var record = Build();
        record.Sequence = _sequence;
        record.Time = _time;
        record.Host = _host;
        record.Flushed = _flushed ?? _sequence - 1;
        return record;
    }

    // The names of one meaning in different records share a slot; the type tells which record it is. The length is asked
    // first: a million lines of a dozen fields each are a lot of comparisons.
    private void Field(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        var name = json.ValueSpan;
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("seq"u8):
                json.Read();
                _sequence = json.GetInt64();
                break;
            case 3 when name.SequenceEqual("key"u8):
                _key = Text(ref json);
                break;
            case 4 when name.SequenceEqual("time"u8):
                _time = Moment(ref json);
                break;
            case 4 when name.SequenceEqual("host"u8):
                _host = Name(ref json);
                break;
            case 4 when name.SequenceEqual("type"u8):
                _type = Name(ref json);
                break;
            case 4 when name.SequenceEqual("tags"u8):
                _tags = Tags(ref json);
                break;
            case 4 when name.SequenceEqual("prev"u8) || name.SequenceEqual("hash"u8):
                json.Read();
                break;
            case 4 when name.SequenceEqual("kind"u8):
                _text = Text(ref json);
                break;
            case 5 when name.SequenceEqual("facts"u8):
                _facts = Raw(ref json, line);
                break;
            case 5 when name.SequenceEqual("proof"u8):
                _proof = Raw(ref json, line);
                break;
            case 5 when name.SequenceEqual("nonce"u8) || name.SequenceEqual("block"u8):
                _number = Number(ref json);
                break;
            case 6 when name.SequenceEqual("intent"u8):
                _intent = Text(ref json);
                break;
            case 6 when name.SequenceEqual("client"u8):
                _client = Name(ref json);
                break;
            case 6 when name.SequenceEqual("actual"u8):
                json.Read();
                _charges = Charges(ref json);
                break;
            case 6 when name.SequenceEqual("digest"u8):
                _digest = Text(ref json);
                break;
            case 6 when name.SequenceEqual("signed"u8):
                _unsigned = Text(ref json);
                break;
            case 6 when name.SequenceEqual("reason"u8):
                _text = Text(ref json);
                break;
            case 6 when name.SequenceEqual("format"u8):
                _number = Number(ref json);
                break;
            case 7 when name.SequenceEqual("flushed"u8):
                _flushed = (long)Number(ref json);
                break;
            case 7 when name.SequenceEqual("payment"u8):
                _payment = Text(ref json);
                break;
            case 7 when name.SequenceEqual("account"u8):
                _account = Name(ref json);
                break;
            case 7 when name.SequenceEqual("charges"u8):
                json.Read();
                _charges = Charges(ref json);
                break;
            case 7 when name.SequenceEqual("details"u8):
                _proof = Raw(ref json, line);
                break;
            case 7 when name.SequenceEqual("purpose"u8):
                _purpose = Text(ref json);
                break;
            case 8 when name.SequenceEqual("decision"u8):
                _decision = Raw(ref json, line);
                break;
            case 8 when name.SequenceEqual("unsigned"u8):
                _unsigned = Text(ref json);
                break;
            case 8 when name.SequenceEqual("payments"u8):
                _payments = Payments(ref json);
                break;
            case 9 when name.SequenceEqual("operation"u8):
                _operation = Name(ref json);
                break;
            case 9 when name.SequenceEqual("expiresAt"u8) || name.SequenceEqual("blockTime"u8):
                _moment = Moment(ref json);
                break;
            case 9 when name.SequenceEqual("blockHash"u8):
                _other = Text(ref json);
                break;
            case 10 when name.SequenceEqual("consumedBy"u8):
                _other = Text(ref json);
                break;
            case 11 when name.SequenceEqual("transaction"u8):
                _transaction = Text(ref json);
                break;
            case 11 when name.SequenceEqual("finalizedAt"u8):
                _moment = Moment(ref json);
                break;
            case 15 when name.SequenceEqual("finalizedHeight"u8):
            case 18 when name.SequenceEqual("expiresAfterHeight"u8):
                _height = Number(ref json);
                break;
            default:
                throw new FormatException($"The field '{json.GetString()}' is unknown; a newer version may have written it.");
        }
    }

    private string Name(ref Utf8JsonReader json)
    {
        json.Read();
        return _names.Of(ref json);
    }

    private static ulong Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetUInt64();
    }

    private static DateTimeOffset Moment(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetDateTimeOffset();
    }

    private LedgerRecord Build() => _type switch
    {
        "reserved" => Created(PaymentState.Reserved),
        "waiting" => Created(PaymentState.Waiting),
        "denied" => Created(PaymentState.Denied),
        "signing" => Signing(VariantPurpose.Payment),
        "replacing" => Signing(JournalWords.Purpose(_purpose)),
        "exposed" => new ExposedRecord(Need(_payment), Need(_unsigned), _transaction),
        "settled" => new SettledRecord(Need(_payment), _moment ?? throw Missing(), Need(_charges), _transaction, _proof),
        "opened" => new OpenedRecord((int)(_number ?? throw Missing())),
        "approved" => new ApprovedRecord(Need(_payment), Need(_charges), _decision),
        "closed" => new ClosedRecord(Need(_payment), Need(_text), _decision),
        "seen" => new SeenRecord(Need(_payment), new(_number ?? throw Missing(), _other, _moment, _transaction)),
        "reorged" => new ReorgedRecord(Need(_payment)),
        "released" => new ReleasedRecord(Need(_payment), JournalWords.Reason(_text), _moment, _height, _other, _proof),
        "stuck" => new StuckRecord(Need(_payment), Need(_text)),
        "frozen" => new FreezeRecord(true, Account(), Need(_text)),
        "unfrozen" => new FreezeRecord(false, Account(), Need(_text)),
        "recharged" => new RechargedRecord(Need(_payments)),
        "audit" => new AuditRecord(Need(_text), _proof, _client),
        _ => throw new FormatException($"The record type '{_type}' is unknown; a newer version may have written it."),
    };

    private CreatedRecord Created(PaymentState outcome) => new(
        Need(_payment), outcome, Need(_key), Need(_intent), Need(_client), Need(_operation), Account() ?? throw Missing(),
        Need(_charges), _tags ?? [], _facts, _decision);

    private SigningRecord Signing(VariantPurpose purpose) => new(Need(_payment), _number, new()
    {
        Purpose = purpose,
        Digest = Need(_digest),
        UnsignedBytes = Need(_unsigned),
        Charges = Need(_charges),
        ExpiresAt = _moment,
        ExpiresAfterHeight = _height,
    });

    private AccountId? Account()
    {
        if (_account is null)
        {
            return null;
        }

        if (!ReferenceEquals(_account, _lastAccount.Text))
        {
            _lastAccount = (_account, AccountId.Parse(_account));
        }

        return _lastAccount.Account;
    }

    private List<KeyValuePair<string, IReadOnlyList<Charge>>> Payments(ref Utf8JsonReader json)
    {
        var result = new List<KeyValuePair<string, IReadOnlyList<Charge>>>();
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var id = json.GetString()!;
            json.Read();
            result.Add(new(id, Charges(ref json)));
        }

        return result;
    }

    private Charge[] Charges(ref Utf8JsonReader json)
    {
        Expect(json.TokenType == JsonTokenType.StartObject, "charges");
        var result = new Charge[4];
        var count = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var counter = _names.Of(ref json);
            json.Read();
            Expect(json.TokenType == JsonTokenType.String, "an amount as text");
            if (count == result.Length)
            {
                Array.Resize(ref result, count * 2);
            }

            result[count++] = new(counter, Amount(json.ValueSpan));
        }

        return count == 0 ? [] : result[..count];
    }

    private static BigInteger Amount(ReadOnlySpan<byte> digits) =>
        digits.Length <= 18 && Utf8Parser.TryParse(digits, out ulong small, out var used) && used == digits.Length
            ? small
            : BigInteger.Parse(Encoding.ASCII.GetString(digits), NumberStyles.None, CultureInfo.InvariantCulture);

    private List<string> Tags(ref Utf8JsonReader json)
    {
        var result = new List<string>();
        Expect(json.Read() && json.TokenType == JsonTokenType.StartArray, "tags");
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            result.Add(_names.Of(ref json));
        }

        return result;
    }

    private static JsonText Raw(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return new(line[start..(int)json.BytesConsumed].ToArray());
    }

    private static string Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString() ?? throw new FormatException("A text is null.");
    }

    private static void Expect(bool condition, string what)
    {
        if (!condition)
        {
            throw new FormatException($"Expected {what}.");
        }
    }

    private T Need<T>(T? value)
        where T : class => value ?? throw Missing();

    private FormatException Missing() => new($"A record of type '{_type}' lacks a field.");

    private void Clear()
    {
        _host = _type = _payment = _key = _intent = _client = _operation = _account = _text = _purpose = _digest = _unsigned = _transaction = _other = null;
        _charges = null;
        _tags = null;
        _payments = null;
        _facts = _decision = _proof = JsonText.Empty;
        _number = _height = null;
        _moment = null;
        (_sequence, _flushed, _time) = (-1, null, default);
    }
}
