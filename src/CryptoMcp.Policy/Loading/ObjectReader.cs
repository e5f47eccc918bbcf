using System.Globalization;

namespace CryptoMcp.Policy.Loading;

/// <summary>
/// Members of one object: each is asked for by its name, and what nobody asks for is a mistake. Every method reports what
/// is wrong and returns null, so that one pass finds all mistakes of a file.
/// </summary>
internal sealed class ObjectReader
{
    private readonly JsonAt _value;
    private readonly Mistakes _mistakes;

    private ObjectReader(JsonAt value, Mistakes mistakes)
    {
        _value = value;
        _mistakes = mistakes;
    }

    public JsonAt Value => _value;

    public static ObjectReader? Open(JsonAt value, Mistakes mistakes, params ReadOnlySpan<string> known)
    {
        if (value.Kind != JsonKind.Object)
        {
            mistakes.Add(value, $"An object belongs here, with {Listed(known)}.");
            return null;
        }

        foreach (var member in value.Members)
        {
            if (known.IndexOf(member.Name) < 0)
            {
                mistakes.Add(member, $"{Shown.Quote(member.Name)} is not known here. Known are {Listed(known)}.");
            }
        }

        return new(value, mistakes);
    }

    public JsonAt? Optional(string name)
    {
        foreach (var member in _value.Members)
        {
            if (member.Name == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    public JsonAt? Required(string name, string example)
    {
        var found = Optional(name);
        if (found is null)
        {
            _mistakes.Add(_value, $"'{name}' is missing. Write for example \"{name}\": {example}.");
        }

        return found;
    }

    public string? Text(string name, string example, bool required = true) =>
        (required ? Required(name, example) : Optional(name)) is { } found ? Read.Text(found, _mistakes, example) : null;

    public int? Integer(string name, int least, int most, bool required = true)
    {
        var found = required ? Required(name, least.ToString(CultureInfo.InvariantCulture)) : Optional(name);
        if (found is null)
        {
            return null;
        }

        if (found.Kind == JsonKind.Number && int.TryParse(found.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        _mistakes.Add(
            found, string.Create(CultureInfo.InvariantCulture, $"A whole number from {least} to {most} belongs here, without quotes."));
        return null;
    }

    /// <summary>A span that ends; <c>forever</c> is a mistake.</summary>
    public TimeSpan? Span(string name, string example, bool required = true)
    {
        if (Text(name, $"\"{example}\"", required) is not { } text)
        {
            return null;
        }

        if (PolicySpan.TryParse(text, out var span) && span is { } length)
        {
            return length;
        }

        _mistakes.Add(
            Optional(name)!, $"{Shown.Quote(text)} is not a length of time here. Write 1 to 9999 and s, m, h or d, such as '{example}'.");
        return null;
    }

    public T? Choice<T>(string name, T? otherwise, params ReadOnlySpan<(string Text, T Value)> choices)
        where T : struct
    {
        if (Optional(name) is not { } found)
        {
            return otherwise;
        }

        var names = new string[choices.Length];
        for (var i = 0; i < choices.Length; i++)
        {
            names[i] = choices[i].Text;
            if (found.Kind == JsonKind.Text && found.Text == choices[i].Text)
            {
                return choices[i].Value;
            }
        }

        _mistakes.Add(found, $"One of {Listed(names)} belongs here.");
        return otherwise;
    }

    private static string Listed(ReadOnlySpan<string> names) => string.Join(", ", names.ToArray().Select(name => $"'{name}'"));
}

/// <summary>Single values.</summary>
internal static class Read
{
    public static string? Text(JsonAt value, Mistakes mistakes, string example)
    {
        if (value.Kind == JsonKind.Text)
        {
            return value.Text;
        }

        mistakes.Add(value, $"Text in double quotes belongs here, such as {example}.");
        return null;
    }

    /// <summary>The members of an object whose keys are names of the owner's choice.</summary>
    public static IEnumerable<JsonAt.Member> Entries(JsonAt value, Mistakes mistakes, string what, bool mayBeEmpty = false)
    {
        if (value.Kind != JsonKind.Object || (value.Members.Count == 0 && !mayBeEmpty))
        {
            mistakes.Add(value, $"An object with at least one entry belongs here: {what}.");
        }

        return value.Members;
    }

    public static IEnumerable<JsonAt> Items(JsonAt value, Mistakes mistakes, string what)
    {
        if (value.Kind != JsonKind.Array || value.Items.Count == 0)
        {
            mistakes.Add(value, $"A list with at least one entry belongs here: {what}.");
        }

        return value.Items;
    }
}
