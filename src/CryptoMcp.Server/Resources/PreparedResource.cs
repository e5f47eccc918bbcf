using CryptoMcp.Guard.Contracts;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Resources;

/// <summary>A page that a person or client can attach to a conversation, written fresh from the guard each time.</summary>
internal abstract class PreparedResource(ResourceTemplate facts) : McpServerResource
{
    /// <summary>All pages are for reading.</summary>
    protected const string Markdown = "text/markdown";

    /// <inheritdoc/>
    public sealed override ResourceTemplate ProtocolResourceTemplate => facts;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public sealed override bool IsMatch(string uri) => string.Equals(uri, facts.UriTemplate, StringComparison.Ordinal);

    /// <inheritdoc/>
    public sealed override async ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken = default)
    {
        try
        {
            var text = await WriteAsync(cancellationToken).ConfigureAwait(false);
            return new() { Contents = [new TextResourceContents { Uri = facts.UriTemplate, MimeType = Markdown, Text = text }] };
        }
        catch (GuardException refusal)
        {
            throw new McpProtocolException(refusal.Message, McpErrorCode.InternalError);
        }
    }

    /// <summary>The page as Markdown.</summary>
    protected abstract Task<string> WriteAsync(CancellationToken ct);
}
