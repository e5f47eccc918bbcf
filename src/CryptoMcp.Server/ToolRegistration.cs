using CryptoMcp.Server.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Server;

/// <summary>What the server offers.</summary>
internal static class ToolRegistration
{
    /// <summary>Registers all tools, prompts and resources; a new one is one more line in <see cref="ToolSet"/>.</summary>
    public static IMcpServerBuilder WithCryptoMcpTools(this IMcpServerBuilder builder)
    {
        builder.Services.AddToolSet();
        return builder;
    }
}
