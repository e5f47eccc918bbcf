using System.Globalization;
using CryptoMcp.Policy.Loading;

namespace CryptoMcp.Policy.Testing;

/// <summary>One case of a test table, as it is written.</summary>
internal sealed record CaseRecord
{
    private static readonly string[] s_outcomes = ["ALLOW", "ASK", "DENY", "FREEZE", "NOLOAD", "LOADS"];

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>For a case that runs, one of the outcomes of a policy; for others, any text.</summary>
    public required string Expected { get; init; }

    public string? DecidedBy { get; init; }

    public string? ShownBy { get; init; }

    public string? Code { get; init; }

    public string? Rule { get; init; }

    public int? Allowed { get; init; }

    public int Times { get; init; } = 1;

    public DateTimeOffset Now { get; init; }

    public IReadOnlyList<(string Find, string With)> Edits { get; init; } = [];

    public JsonAt? Spend { get; init; }

    public IReadOnlyDictionary<string, string> Prices { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SettledEntry> Settled { get; init; } = [];

    public int Open { get; init; }

    public int OpenAtHost { get; init; }

    public int Keys { get; init; }

    public DateTimeOffset? PayeesKnownSince { get; init; }

    public string ExpectedText => string.Join(' ', new[] { Expected, Code }.Where(part => part is not null));

    public static CaseRecord? Read(JsonAt item, Mistakes mistakes)
    {
        var reader = ObjectReader.Open(
            item, mistakes, "id", "name", "expect", "decidedBy", "shownBy", "code", "rule", "allowed", "times", "now", "edit", "spend",
            "prices", "settled", "open", "openAtHost", "keys", "payeesKnownSince");
        if (reader?.Text("id", "\"A1\"") is not { } id || reader.Text("name", "\"what is tried\"") is not { } name
            || reader.Text("expect", "\"DENY\"") is not { } expected)
        {
            return null;
        }

        var decidedBy = reader.Text("decidedBy", "\"guard\"", required: false);
        if (decidedBy is null && Array.IndexOf(s_outcomes, expected) < 0)
        {
            mistakes.Add(reader.Optional("expect")!, $"Write one of: {string.Join(", ", s_outcomes)}.");
        }

        return new()
        {
            Id = id,
            Name = name,
            Expected = expected,
            DecidedBy = decidedBy,
            ShownBy = reader.Text("shownBy", "\"RoadTests.A_name_of_a_test\"", required: false),
            Code = reader.Text("code", "\"no_rule\"", required: false),
            Rule = reader.Text("rule", "\"day\"", required: false),
            Allowed = reader.Integer("allowed", 0, 1_000_000, required: false),
            Times = reader.Integer("times", 1, 1_000_000, required: false) ?? 1,
            Now = Moment(reader, "now", mistakes) ?? new DateTimeOffset(2026, 11, 20, 11, 0, 0, TimeSpan.Zero),
            Edits = [.. Edit(reader, mistakes)],
            Spend = reader.Optional("spend"),
            Prices = (reader.Optional("prices")?.Members ?? []).ToDictionary(member => member.Name, member => member.Value.Text),
            Settled = [.. SettledEntries(reader, mistakes)],
            Open = reader.Integer("open", 0, 1_000_000, required: false) ?? 0,
            OpenAtHost = reader.Integer("openAtHost", 0, 1_000_000, required: false) ?? 0,
            Keys = reader.Integer("keys", 0, 10_000_000, required: false) ?? 0,
            PayeesKnownSince = reader.Optional("payeesKnownSince") is null ? DateTimeOffset.UnixEpoch
                : Moment(reader, "payeesKnownSince", mistakes),
        };
    }

    private static DateTimeOffset? Moment(ObjectReader reader, string name, Mistakes mistakes)
    {
        if (reader.Text(name, "\"2026-11-20T11:00:00Z\"", required: false) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment;
        }

        mistakes.Add(reader.Optional(name)!, "Write a moment such as \"2026-11-20T11:00:00Z\".");
        return null;
    }

    private static IEnumerable<(string Find, string With)> Edit(ObjectReader reader, Mistakes mistakes)
    {
        foreach (var item in reader.Optional("edit")?.Items ?? [])
        {
            if (ObjectReader.Open(item, mistakes, "find", "with") is { } edit && edit.Text("find", "\"…\"") is { } find
                && edit.Text("with", "\"…\"") is { } with)
            {
                yield return (find, with);
            }
        }
    }

    private static IEnumerable<SettledEntry> SettledEntries(ObjectReader reader, Mistakes mistakes)
    {
        foreach (var item in reader.Optional("settled")?.Items ?? [])
        {
            if (ObjectReader.Open(item, mistakes, "counter", "amount", "at") is { } settled
                && settled.Text("counter", "\"day\"") is { } counter && settled.Text("amount", "\"24 USD\"") is { } amount
                && Moment(settled, "at", mistakes) is { } at)
            {
                yield return new(counter, amount, at);
            }
        }
    }
}

/// <summary>A past payment of a case.</summary>
internal sealed record SettledEntry(string Counter, string Amount, DateTimeOffset At);
