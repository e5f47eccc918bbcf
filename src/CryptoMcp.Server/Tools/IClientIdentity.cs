using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tools;

/// <summary>
/// Names the MCP client that a call comes from, for budgets that count <c>each</c> client and for the audit log. It is
/// what the client says of itself unless a transport authenticated it, so it can narrow a budget, never grant anything.
/// </summary>
internal interface IClientIdentity
{
    /// <summary>A name such as <c>stdio:claude-desktop</c>: lower-case ASCII, at most 96 characters.</summary>
    string Of(RequestContext<CallToolRequestParams> request);
}
