using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Prompts;

/// <summary>A prompt that a person picks in a client: a fixed text with the person's own words in marked places.</summary>
internal abstract class PreparedPrompt(Prompt facts) : McpServerPrompt
{
    /// <summary>Longest argument; a longer one is cut, since the person sees the text before it is sent.</summary>
    private const int LongestArgument = 1000;

    /// <inheritdoc/>
    public sealed override Prompt ProtocolPrompt => facts;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public sealed override ValueTask<GetPromptResult> GetAsync(
        RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var text = Write(name => Find(request.Params, name));
        return new(new GetPromptResult
        {
            Description = facts.Description,
            Messages = [new() { Role = Role.User, Content = new TextContentBlock { Text = text } }],
        });
    }

    /// <summary>The text for the model.</summary>
    /// <param name="argument">Gives the value of an argument, or null.</param>
    protected abstract string Write(Func<string, string?> argument);

    private static string? Find(GetPromptRequestParams call, string name)
    {
        if (call.Arguments is null || !call.Arguments.TryGetValue(name, out var value))
        {
            return null;
        }

        var text = value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : value.GetRawText();
        return string.IsNullOrWhiteSpace(text) ? null : text.Length > LongestArgument ? text[..LongestArgument] : text;
    }
}
