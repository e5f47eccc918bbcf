using System.Buffers;
using System.Text.Json;

namespace CryptoMcp.Server.QuickStart;

/// <summary>
/// What the server answers to a handshake and to lists, recorded from the SDK when the program was built. One line for each
/// answer: <c>{"revisions":["2025-11-25"],"method":"tools/list","result":{…}}</c>.
/// </summary>
public sealed class PreparedAnswers
{
    private const string ResourceName = "prepared-answers.jsonl";

    private readonly byte[] _lines;
    private readonly ToolSelection? _selection;

    /// <param name="lines">The recorded lines. Not checked: they are part of the program, and a test compares them with the SDK.</param>
    /// <param name="selection">Which of the recorded tools are listed; null for all.</param>
    public PreparedAnswers(byte[] lines, ToolSelection? selection = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = lines;
        _selection = selection;
    }

    /// <summary>The answers of this server's own tools, or null when the program was built without.</summary>
    /// <param name="selection">Which tools are listed.</param>
    public static PreparedAnswers? Load(ToolSelection selection)
    {
        using var stream = typeof(PreparedAnswers).Assembly.GetManifestResourceStream(ResourceName);
        if (stream is null)
        {
            return null;
        }

        var lines = new byte[stream.Length];
        stream.ReadExactly(lines);
        return new(lines, selection);
    }

    /// <summary>The result as JSON, or empty when none is recorded.</summary>
    internal ReadOnlySpan<byte> Find(ReadOnlySpan<byte> revision, ReadOnlySpan<byte> method)
    {
        for (var rest = _lines.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (IsFor(line, revision, method, out var resultAt))
            {
                // The result is the last member: what follows it is the brace of the line.
                var result = line[resultAt..^1];
                return _selection is { } selection && method.SequenceEqual("tools/list"u8) ? Selected(result, selection) : result;
            }
        }

        return default;
    }

    /// <summary>The list without the tools that are not offered; the others stand as they were recorded, byte for byte.</summary>
    private static byte[] Selected(ReadOnlySpan<byte> result, ToolSelection selection)
    {
        var kept = new ArrayBufferWriter<byte>(result.Length);
        var reader = new Utf8JsonReader(result);
        reader.Read(); // {
        reader.Read(); // tools, the first member
        reader.Read(); // [
        var listAt = (int)reader.BytesConsumed;
        kept.Write(result[..listAt]);
        var first = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            if (Includes(ref reader, selection))
            {
                if (!first)
                {
                    kept.Write(","u8);
                }

                kept.Write(result[start..(int)reader.BytesConsumed]);
                first = false;
            }
        }

        kept.Write(result[(int)reader.TokenStartIndex..]);
        return kept.WrittenSpan.ToArray();
    }

    /// <summary>Reads one tool to its end.</summary>
    private static bool Includes(ref Utf8JsonReader reader, ToolSelection selection)
    {
        var (name, reads) = (string.Empty, false);
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = reader.GetString()!;
            }
            else if (reader.CurrentDepth == depth + 2 && reader.ValueTextEquals("readOnlyHint"u8))
            {
                reader.Read();
                reads = reader.GetBoolean();
            }
            else if (reader.CurrentDepth == depth + 1 && !reader.ValueTextEquals("annotations"u8))
            {
                // A schema may have members of any name.
                reader.Skip();
            }
        }

        return selection.Includes(name, reads);
    }

    private static bool IsFor(ReadOnlySpan<byte> line, ReadOnlySpan<byte> revision, ReadOnlySpan<byte> method, out int resultAt)
    {
        resultAt = 0;
        var reader = new Utf8JsonReader(line);
        reader.Read(); // {
        reader.Read(); // revisions
        reader.Read(); // [
        var speaks = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            speaks |= reader.ValueTextEquals(revision);
        }

        if (!speaks)
        {
            return false;
        }

        reader.Read(); // method
        reader.Read();
        if (!reader.ValueTextEquals(method))
        {
            return false;
        }

        reader.Read(); // result
        reader.Read();
        resultAt = (int)reader.TokenStartIndex;
        return true;
    }
}
