using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Payments;

/// <summary>Reads the members of a received object. A member that is <c>null</c> counts as absent, as the reference SDK reads it.</summary>
internal readonly struct WireObject
{
    private readonly JsonElement _json;
    private readonly string _where;

    public WireObject(JsonElement json, string where)
    {
        _json = json.ValueKind == JsonValueKind.Object ? json : throw new X402FormatException($"{where} is no JSON object.");
        _where = where;
    }

    public JsonElement Json => _json;

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name) => OptionalText(name) ?? throw Wrong(name, "is missing");

    public string? OptionalText(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(name, "is no text");
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException error)
        {
            throw new X402FormatException($"{_where}: '{name}' holds half a character.", error);
        }
    }

    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        null => throw Wrong(name, "is missing"),
        _ => throw Wrong(name, "is neither true nor false"),
    };

    /// <summary>A whole number written as a JSON number.</summary>
    public long WholeNumber(string name)
    {
        var value = Find(name) ?? throw Wrong(name, "is missing");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(name, "is no whole number");
    }

    /// <summary>
    /// Atomic units: decimal text without sign, point, exponent, space or leading zero, below 2^256. .NET's own parser takes
    /// signs and spaces, and 78 nines do not fit.
    /// </summary>
    public BigInteger Units(string name)
    {
        var text = Text(name);
        return TryUnits(text, out var units)
            ? units
            : throw Wrong(name, $"is {UntrustedText.Quote(text)}: expected whole atomic units in decimal, below 2^256");
    }

    public EvmAddress Address(string name) => EvmAddress.TryParse(Text(name), out var address, out var problem)
        ? address
        : throw Wrong(name, $"is no address: {problem}");

    public Hash32 Hash(string name) => Hash32.TryParse(Text(name), out var hash) ? hash : throw Wrong(name, "is not 32 bytes in hexadecimal");

    /// <summary>A number of seconds since 1970 in decimal text.</summary>
    public ulong Time(string name) => Units(name) is var units && units <= ulong.MaxValue ? (ulong)units : throw Wrong(name, "is no time");

    public WireObject Object(string name) => new(Find(name) ?? throw Wrong(name, "is missing"), $"{_where}.{name}");

    /// <summary>The member as it was received, if it is an object.</summary>
    public JsonElement? OptionalObject(string name) => Find(name) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Object ? value : throw Wrong(name, "is no JSON object");

    public JsonElement Array(string name)
    {
        var value = Find(name) ?? throw Wrong(name, "is missing");
        return value.ValueKind == JsonValueKind.Array ? value : throw Wrong(name, "is no JSON array");
    }

    public X402FormatException Wrong(string name, string what) => new($"{_where}: '{name}' {what}.");

    internal static bool TryUnits(string text, out BigInteger units)
    {
        units = default;
        return text.Length is > 0 and <= 78 && (text.Length == 1 || text[0] != '0') && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out units) && units.GetBitLength() <= 256;
    }

    private JsonElement? Find(string name) =>
        _json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;
}
