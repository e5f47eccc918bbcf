using System.Text;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>
/// Ranks tools for a prompt as a client's tool search does: Okapi BM25 over name, title, description and arguments. It
/// knows no synonyms, so it is harsher than a model: a tool that it finds says its purpose in the words that people use.
/// </summary>
internal sealed class ToolRanking
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.5;

    // Words that say nothing about a task. "I" and "my" are among them although "my wallet" is a hint: clients drop them.
    private static readonly HashSet<string> s_empty =
    [
        "a", "about", "all", "an", "and", "are", "as", "at", "be", "been", "before", "by", "can", "do", "does", "for", "from", "has", "have",
        "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "now", "of", "on", "or", "out", "that", "the", "their", "this", "those",
        "to", "was", "were", "what", "when", "where", "which", "why", "will", "with", "yet", "you",
    ];

    private readonly List<(string Name, Dictionary<string, int> Words, int Length)> _tools = [];
    private readonly Dictionary<string, int> _toolsWithWord = new(StringComparer.Ordinal);
    private readonly double _averageLength;

    public ToolRanking(IEnumerable<Tool> tools)
    {
        foreach (var tool in tools)
        {
            // Name and title count twice: they are what a search shows first.
            var text = new StringBuilder($"{tool.Name} {tool.Name} {tool.Title} {tool.Title} {tool.Description}");
            foreach (var argument in tool.InputSchema.GetProperty("properties").EnumerateObject())
            {
                text.Append(' ').Append(argument.Name);
            }

            var words = Words(text.ToString());
            var counts = words.GroupBy(word => word, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            _tools.Add((tool.Name, counts, words.Count));
            foreach (var word in counts.Keys)
            {
                _toolsWithWord[word] = _toolsWithWord.GetValueOrDefault(word) + 1;
            }
        }

        _averageLength = _tools.Average(tool => tool.Length);
    }

    /// <summary>Best first.</summary>
    public IReadOnlyList<(string Tool, double Score)> Rank(string prompt)
    {
        var words = Words(prompt).Distinct(StringComparer.Ordinal).ToList();
        return [.. _tools.Select(tool => (tool.Name, words.Sum(word => Score(tool.Words, tool.Length, word)))).OrderByDescending(entry => entry.Item2)];
    }

    private double Score(Dictionary<string, int> tool, int length, string word)
    {
        if (!tool.TryGetValue(word, out var count))
        {
            return 0;
        }

        var rarity = Math.Log(1 + ((_tools.Count - _toolsWithWord[word] + 0.5) / (_toolsWithWord[word] + 0.5)));
        return rarity * count * (Saturation + 1) / (count + (Saturation * (1 - LengthWeight + (LengthWeight * length / _averageLength))));
    }

    /// <summary>Lower-case words without their commonest endings; hexadecimal strings and ids stand for what they are.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var raw in text.ToLowerInvariant().Split([' ', ',', '.', ';', ':', '?', '!', '(', ')', '"', '\'', '/', '-', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (raw.StartsWith("pay_", StringComparison.Ordinal))
            {
                words.AddRange("payment", "id");
                continue;
            }

            if (raw.Contains('_', StringComparison.Ordinal))
            {
                words.AddRange(Words(raw.Replace('_', ' ')));
                continue;
            }

            var word = raw.StartsWith("0x", StringComparison.Ordinal) && raw.Length > 10 ? raw.Length > 50 ? "hash" : "address" : Stem(raw);
            if (!s_empty.Contains(raw))
            {
                words.Add(word);
            }
        }

        return words;
    }

    private static string Stem(string word)
    {
        foreach (var ending in (string[])["ing", "ies", "ed", "es", "s", "e"])
        {
            if (word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.Ordinal))
            {
                return word[..^ending.Length];
            }
        }

        return word;
    }
}
