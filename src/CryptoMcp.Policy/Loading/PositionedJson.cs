using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CryptoMcp.Policy.Loading;

/// <summary>Kinds of JSON values that a policy can contain.</summary>
internal enum JsonKind
{
    Object,
    Array,
    Text,
    Number,
    Other,
}

/// <summary>A JSON value that knows where it stands in the file.</summary>
internal sealed class JsonAt
{
    public required JsonKind Kind { get; init; }

    /// <summary>Byte offset of the first byte.</summary>
    public required int Offset { get; init; }

    public required string Path { get; init; }

    /// <summary>The string's value, or the number as it is written.</summary>
    public string Text { get; init; } = string.Empty;

    public List<Member> Members { get; } = [];

    public List<JsonAt> Items { get; } = [];

    public sealed record Member(string Name, int Offset, string Path, JsonAt Value);
}

/// <summary>
/// Strict JSON with positions. <see cref="JsonSerializer"/> forgets where a value stood, and by default keeps the last of
/// two equal keys, so that a file could read otherwise than it decides.
/// </summary>
internal static class PositionedJson
{
    private const int MaxDepth = 16;

    public static JsonAt? Parse(ReadOnlyMemory<byte> utf8, Mistakes mistakes)
    {
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            mistakes.Add(0, "$", "The file begins with a byte order mark. Save it as UTF-8 without one.");
            return null;
        }

        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions
        {
            MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false,
        });
        try
        {
            reader.Read();
            var value = ReadValue(ref reader, "$", mistakes);
            reader.Read();
            return value;
        }
        catch (JsonException problem)
        {
            mistakes.AddAt((int)(problem.LineNumber ?? 0), (int)(problem.BytePositionInLine ?? 0), "$", Describe(problem));
            return null;
        }
        catch (InvalidOperationException)
        {
            // GetString refuses escapes and bytes that are no Unicode text, such as half a surrogate pair.
            mistakes.Add(
                (int)reader.TokenStartIndex, "$", "This text is not valid Unicode. Save the file as UTF-8 and remove broken \\u escapes.");
            return null;
        }
    }

    private static JsonAt ReadValue(ref Utf8JsonReader reader, string path, Mistakes mistakes)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, offset, path, mistakes);
            case JsonTokenType.StartArray:
                var array = new JsonAt { Kind = JsonKind.Array, Offset = offset, Path = path };
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Items.Add(ReadValue(ref reader, $"{path}[{array.Items.Count}]", mistakes));
                }

                return array;
            case JsonTokenType.String:
                return new() { Kind = JsonKind.Text, Offset = offset, Path = path, Text = reader.GetString()! };
            case JsonTokenType.Number:
                var digits = Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
                return new() { Kind = JsonKind.Number, Offset = offset, Path = path, Text = digits };
            default:
                return new() { Kind = JsonKind.Other, Offset = offset, Path = path };
        }
    }

    private static JsonAt ReadObject(ref Utf8JsonReader reader, int offset, string path, Mistakes mistakes)
    {
        var result = new JsonAt { Kind = JsonKind.Object, Offset = offset, Path = path };
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var nameOffset = (int)reader.TokenStartIndex;
            var name = reader.GetString()!;
            var memberPath = MemberPath(path, name);
            reader.Read();
            var value = ReadValue(ref reader, memberPath, mistakes);
            if (names.Add(name))
            {
                result.Members.Add(new(name, nameOffset, memberPath, value));
            }
            else
            {
                mistakes.Add(nameOffset, memberPath, $"{Shown.Quote(name)} stands here for the second time. Keep one of the two.");
            }
        }

        return result;
    }

    private static string MemberPath(string path, string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"{path}.{name}"
            : $"{path}[{Shown.Quote(name)}]";

    private static string Describe(JsonException problem)
    {
        // The reader's messages end with position and path, which the mistake states by itself.
        var message = problem.Message;
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"This is not strict JSON: {(cut < 0 ? message : message[..cut])} Comments, trailing commas, NaN and single quotes are " +
            $"not JSON.";
    }
}
