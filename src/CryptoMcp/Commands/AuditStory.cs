using System.Globalization;
using System.Text.Json;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Money;
using Spectre.Console;

namespace CryptoMcp.Commands;

/// <summary>Tells journal records one line each: when, what, which payment, and what it is about. Marked up for a terminal.</summary>
internal sealed class AuditStory
{
    private const int MostRemembered = 10_000;

    private readonly Dictionary<string, string> _summaries = [];
    private DateOnly _day;

    /// <summary>Remembers what a record's payment is about, without telling.</summary>
    public void Note(JournalLine line)
    {
        if (line.PaymentId is { } id && Clean(Part(line.Record, "facts"), "summary") is { Length: > 0 } summary)
        {
            if (_summaries.Count == MostRemembered)
            {
                _summaries.Clear();
            }

            _summaries[id] = summary;
        }
    }

    /// <summary>The lines for a record; the first record of a day comes with the day.</summary>
    public IEnumerable<string> Tell(JournalLine line)
    {
        Note(line);
        var day = DateOnly.FromDateTime(line.Time.UtcDateTime);
        if (day != _day)
        {
            _day = day;
            yield return string.Create(CultureInfo.InvariantCulture, $"[grey]── {day:yyyy-MM-dd} UTC ──[/]");
        }

        var what = line.Type == "audit" ? Clean(line.Record, "kind") : line.Type;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Time.UtcDateTime:HH:mm:ss}  [{Colour(line.Type)}]{Markup.Escape(what),-10}[/]  {Markup.Escape(line.PaymentId ?? ""),-20}  {Markup.Escape(About(line))}").TrimEnd();
    }

    private string About(JournalLine line)
    {
        var record = line.Record;
        return line.Type switch
        {
            "reserved" => $"{Summary(line)}, by {Clean(record, "client")}",
            "denied" => $"{Summary(line)}, by {Clean(record, "client")}: {Clean(Part(record, "decision"), "reason")}",
            "waiting" => $"{Summary(line)}, by {Clean(record, "client")}: the owner is asked",
            "signing" when record.TryGetProperty("nonce", out var nonce) => $"nonce {nonce.GetRawText()}",
            "replacing" => $"{Clean(record, "purpose")} at the same nonce",
            "exposed" => Clean(record, "transaction"),
            "seen" => $"in block {Part(record, "block")}, not final",
            "reorged" => "its block is gone",
            "settled" or "released" => Join(": ", Summary(line), Clean(Part(record, "proof"), "says"), Clean(record, "reason")),
            "approved" or "closed" => Join(": ", Summary(line), Clean(record, "reason")),
            "stuck" or "frozen" or "unfrozen" => Join(": ", Clean(record, "account"), Clean(record, "reason")),
            "recharged" => "charges set anew after the budgets changed",
            "audit" => Note(Part(record, "details")),
            _ => "",
        };
    }

    private static string Note(JsonElement details) => details.ValueKind switch
    {
        JsonValueKind.String => UntrustedText.Clean(details.GetString(), 120),
        JsonValueKind.Object => Join(" ", Clean(details, "name"), Part(details, "revision") is { ValueKind: JsonValueKind.Number } revision ? $"revision {revision}" : ""),
        _ => "",
    };

    private string Summary(JournalLine line) => line.PaymentId is { } id ? _summaries.GetValueOrDefault(id, "") : "";

    private static string Colour(string type) => type switch
    {
        "settled" => "green",
        "reserved" or "approved" => "blue",
        "denied" or "frozen" or "stuck" => "red",
        "waiting" or "reorged" or "replacing" => "yellow",
        _ => "grey",
    };

    private static string Join(string between, params IEnumerable<string> parts) => string.Join(between, parts.Where(part => part.Length > 0));

    private static JsonElement Part(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;

    private static string Clean(JsonElement from, string name) =>
        Part(from, name) is { ValueKind: JsonValueKind.String } text ? UntrustedText.Clean(text.GetString(), 160) : "";
}
