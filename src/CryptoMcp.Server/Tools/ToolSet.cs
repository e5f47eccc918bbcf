using CryptoMcp.Guard.Contracts;
using CryptoMcp.Reputation;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Prompts;
using CryptoMcp.Server.Resources;
using CryptoMcp.Server.Tools.Approvals;
using CryptoMcp.Server.Tools.Chain;
using CryptoMcp.Server.Tools.Contracts;
using CryptoMcp.Server.Tools.Invoices;
using CryptoMcp.Server.Tools.Payments;
using CryptoMcp.Server.Tools.Policy;
using CryptoMcp.Server.Tools.Reputation;
using CryptoMcp.Server.Tools.Transfer;
using CryptoMcp.Server.Tools.Wallet;
using CryptoMcp.Server.Tools.X402;
using CryptoMcp.Server.X402;
using CryptoMcp.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tools;

/// <summary>
/// All tools, prompts and resources, and the services below them. Creating any of them opens nothing: the guard is
/// connected and a chain is asked at the first call that needs it. <see cref="ServerOptions"/> comes from the caller.
/// </summary>
internal static class ToolSet
{
    /// <summary>Adds the set.</summary>
    public static IServiceCollection AddToolSet(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ServerOptions.None);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<McpServerOptions>, ToolSelector>());
        services.TryAddSingleton<IClientIdentity, McpClientIdentity>();
        services.TryAddSingleton(provider => Connect(provider.GetRequiredService<ServerOptions>()));
        services.TryAddSingleton<ChainTable>();
        services.TryAddSingleton<ChainConnections>();
        services.TryAddSingleton<TransferArguments>();
        services.AddSingleton(provider => TrustedWeb.Read(provider.GetRequiredService<ServerOptions>().WebFile));
        services.AddSingleton<SellerHttp>();
        services.AddSingleton<QuoteBook>();
        services.AddSingleton<AnswerShelf>();
        services.AddSingleton<OfferJudge>();
        services.AddSingleton<X402Payer>();
        services.AddSingleton<ToolSeller>();
        services.AddSingleton<ToolPurchase>();
        services.AddSingleton<McpServerTool, AllowanceListTool>();
        services.AddSingleton<McpServerTool, AllowanceRevokeTool>();
        services.AddSingleton<McpServerTool, ApprovalGetTool>();
        services.AddSingleton<McpServerTool, ChainStatusTool>();
        services.AddSingleton<McpServerTool, ContractCallTool>();
        services.AddSingleton<McpServerTool, ContractReadTool>();
        services.AddSingleton<McpServerTool, InvoiceCreateTool>();
        services.AddSingleton<McpServerTool, InvoiceGetTool>();
        services.AddSingleton<McpServerTool, NameResolveTool>();
        services.AddSingleton<McpServerTool, PaymentCancelTool>();
        services.AddSingleton<McpServerTool, PaymentGetTool>();
        services.AddSingleton<McpServerTool, PaymentListTool>();
        services.AddSingleton<McpServerTool, PolicyCheckTool>();
        services.AddSingleton<McpServerTool, PolicyShowTool>();
        services.AddReputation();
        services.AddSingleton<McpServerTool, TokenInfoTool>();
        services.AddSingleton<McpServerTool, TransactionGetTool>();
        services.AddSingleton<McpServerTool, TransferQuoteTool>();
        services.AddSingleton<McpServerTool, TransferSendTool>();
        services.AddSingleton<McpServerTool, WalletAccountsTool>();
        services.AddSingleton<McpServerTool, WalletBalancesTool>();
        services.AddSingleton<McpServerTool, X402CallToolTool>();
        services.AddSingleton<McpServerTool, X402DiscoverTool>();
        services.AddSingleton<McpServerTool, X402PayTool>();
        services.AddSingleton<McpServerTool, X402QuoteTool>();
        services.AddSingleton<McpServerPrompt, CheckWalletPrompt>();
        services.AddSingleton<McpServerPrompt, ExplainRefusalPrompt>();
        services.AddSingleton<McpServerPrompt, PaySomeonePrompt>();
        services.AddSingleton<McpServerResource, AccountResource>();
        services.AddSingleton<McpServerResource, PolicyResource>();
        return services;
    }

    /// <summary>Look-ups of agents and wallets, which remember what they scanned; on disk, where there is a place for it.</summary>
    private static void AddReputation(this IServiceCollection services)
    {
        services.TryAddSingleton(new LookupOptions());
        services.TryAddSingleton(provider => new WebReader(provider.GetRequiredService<WebOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new FileLoader(provider.GetRequiredService<WebReader>()));
        services.TryAddSingleton(provider => new LogCache(provider.GetRequiredService<ServerOptions>().CacheDirectory));
        services.TryAddSingleton<AgentLookup>();
        services.TryAddSingleton<AgentFinder>();
        services.TryAddSingleton<WalletLookup>();
        services.AddSingleton<McpServerTool, ReputationAgentTool>();
        services.AddSingleton<McpServerTool, ReputationWalletTool>();
        services.AddSingleton<McpServerTool, VerifySignatureTool>();
    }

    private static GuardClient Connect(ServerOptions options) => new(options.GuardSocketPath, options.EnsureGuard);
}
