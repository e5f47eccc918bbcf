using System.Globalization;
using System.Text.Json;

namespace CryptoMcp.Solana;

/// <summary>Reads members of JSON-RPC results. What has another form than Solana's documentation says is refused, not guessed.</summary>
internal static class SolanaJson
{
    public static ulong Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number)
        ? number
        : throw new SolanaFormatException("Expected an unsigned number.");

    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new SolanaFormatException("Expected text.");

    public static Pubkey Key(JsonElement value) => Pubkey.Parse(Text(value));

    public static Blockhash Hash(JsonElement value) => Blockhash.Parse(Text(value));

    public static TransactionSignature Signature(JsonElement value) => TransactionSignature.Parse(Text(value));

    public static bool Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new SolanaFormatException("Expected true or false."),
    };

    public static JsonElement Member(JsonElement of, string name) =>
        Optional(of, name) ?? throw new SolanaFormatException($"The member '{name}' is missing.");

    public static JsonElement? Optional(JsonElement of, string name) => of.ValueKind != JsonValueKind.Object
        ? throw new SolanaFormatException("Expected an object.")
        : of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement.ArrayEnumerator Items(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw new SolanaFormatException("Expected an array.");

    /// <summary>Most results come as <c>{context, value}</c>.</summary>
    public static JsonElement Value(JsonElement result) => result.ValueKind == JsonValueKind.Object && result.TryGetProperty("value", out var value)
        ? value
        : throw new SolanaFormatException("The member 'value' is missing.");

    public static T? OrNull<T>(JsonElement value, Func<JsonElement, T> read)
        where T : class => value.ValueKind == JsonValueKind.Null ? null : read(value);

    /// <summary><c>["…", "base64"]</c>.</summary>
    public static byte[] Data(JsonElement value)
    {
        var items = Items(value).ToArray();
        return items.Length == 2 && Text(items[1]) == "base64" && items[0].TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new SolanaFormatException("Expected data in base64.");
    }

    public static SolanaAccount Account(JsonElement value) => new(
        Number(Member(value, "lamports")),
        Key(Member(value, "owner")),
        Flag(Member(value, "executable")),
        Data(Member(value, "data")));

    public static SignatureStatus Status(JsonElement value) => new(
        Number(Member(value, "slot")),
        Text(Member(value, "confirmationStatus")) switch
        {
            "processed" => Commitment.Processed,
            "confirmed" => Commitment.Confirmed,
            "finalized" => Commitment.Finalized,
            _ => throw new SolanaFormatException("A confirmation status is not known."),
        },
        Optional(value, "err") is not null);

    public static LandedTransaction Landed(JsonElement value)
    {
        var meta = Member(value, "meta");
        return new()
        {
            Slot = Number(Member(value, "slot")),
            BlockTime = Optional(value, "blockTime") is { } time ? Time(Number(time)) : null,
            Transaction = Transaction.Decode(Data(Member(value, "transaction"))),
            Failed = Optional(meta, "err") is not null,
            Fee = Number(Member(meta, "fee")),
            LamportsBefore = [.. Items(Member(meta, "preBalances")).Select(Number)],
            LamportsAfter = [.. Items(Member(meta, "postBalances")).Select(Number)],
            TokensBefore = Tokens(meta, "preTokenBalances"),
            TokensAfter = Tokens(meta, "postTokenBalances"),
        };
    }

    public static SimulationOutcome Simulation(JsonElement value)
    {
        // A text such as "AccountNotFound", or an object that names the instruction and its error.
        var error = Optional(value, "err") is { } err ? UntrustedText.Clean(err.GetRawText(), 200) : null;
        return new(error, Optional(value, "unitsConsumed") is { } units ? Number(units) : 0);
    }

    public static HistoryEntry History(JsonElement value) => new(
        Signature(Member(value, "signature")),
        Number(Member(value, "slot")),
        Optional(value, "err") is not null,
        Optional(value, "memo") is { } memo ? UntrustedText.Clean(Text(memo)) : null);

    public static DateTimeOffset Time(ulong seconds) => seconds <= 253_402_300_799
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        : throw new SolanaFormatException("A time lies beyond the year 9999.");

    private static List<TokenBalance> Tokens(JsonElement meta, string name) => Optional(meta, name) is { } list
        ? [.. Items(list).Select(Token)]
        : [];

    private static TokenBalance Token(JsonElement value) => new(
        (int)Math.Min(Number(Member(value, "accountIndex")), int.MaxValue),
        Key(Member(value, "mint")),
        Optional(value, "owner") is { } owner ? Key(owner) : null,
        ulong.TryParse(Text(Member(Member(value, "uiTokenAmount"), "amount")), NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            ? units
            : throw new SolanaFormatException("A token amount is no number."));
}
