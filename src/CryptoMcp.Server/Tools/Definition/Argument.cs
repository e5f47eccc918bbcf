using System.Text.Json;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// One argument of a tool: its name, its one line for the model, and what JSON Schema can say of it. Money, chains and
/// addresses are text with units; what they must look like is said in words and checked by the parser, not by a pattern.
/// </summary>
internal sealed record Argument(string Name, string Description)
{
    /// <summary>True when the call must name it.</summary>
    public bool IsRequired { get; private init; }

    private string[]? Values { get; init; }

    private (int Least, int Most, int Default)? Range { get; init; }

    /// <summary>Text that the call must have.</summary>
    public static Argument Required(string name, string description) => new(name, description) { IsRequired = true };

    /// <summary>Text that the call may have.</summary>
    public static Argument Optional(string name, string description) => new(name, description);

    /// <summary>One of a few words; the first one is the default.</summary>
    public static Argument Choice(string name, string description, params string[] values) => new(name, description) { Values = values };

    /// <summary>A count, for paging; never money.</summary>
    public static Argument Count(string name, string description, int least, int most, int byDefault) =>
        new(name, description) { Range = (least, most, byDefault) };

    /// <summary>Writes the argument as a property of an input schema.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(Name);
        writer.WriteString("type", Range is null ? "string" : "integer");
        writer.WriteString("description", Description);

        if (Values is not null)
        {
            writer.WriteStartArray("enum");
            foreach (var value in Values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
            writer.WriteString("default", Values[0]);
        }

        if (Range is { } range)
        {
            writer.WriteNumber("minimum", range.Least);
            writer.WriteNumber("maximum", range.Most);
            writer.WriteNumber("default", range.Default);
        }

        writer.WriteEndObject();
    }
}
