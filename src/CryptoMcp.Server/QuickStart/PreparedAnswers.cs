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

    /// <param name="lines">The recorded lines. Not checked: they are part of the program, and a test compares them with the SDK.</param>
    public PreparedAnswers(byte[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = lines;
    }

    /// <summary>The answers of this server's own tools, or null when the program was built without.</summary>
    public static PreparedAnswers? Load()
    {
        using var stream = typeof(PreparedAnswers).Assembly.GetManifestResourceStream(ResourceName);
        if (stream is null)
        {
            return null;
        }

        var lines = new byte[stream.Length];
        stream.ReadExactly(lines);
        return new(lines);
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
                return line[resultAt..^1];
            }
        }

        return default;
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
