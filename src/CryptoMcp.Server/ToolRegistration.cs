using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Server;

/// <summary>The list of what the server offers. A new tool class is one more line here.</summary>
internal static class ToolRegistration
{
    /// <summary>
    /// Registers every tool class by <c>WithTools&lt;T&gt;(ToolsJson.Options)</c>; its arguments and results are listed in
    /// <see cref="Infrastructure.ToolsJsonContext"/>.
    /// </summary>
    public static IMcpServerBuilder WithCryptoMcpTools(this IMcpServerBuilder builder) => builder;
}
