using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Wallet;

/// <summary><c>wallet_balances</c>: what an address holds, over several chains at once.</summary>
internal sealed class WalletBalancesTool(GuardClient guard, ChainTable table, BalanceReader reader)
    : PreparedTool<BalancesResult>(Facts, ToolResultsJson.Default.BalancesResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "wallet_balances",
        Title = "Wallet balances",
        Description = "How much a wallet or any address has: balances of native coin (ETH) and tokens (USDC) on several chains in one call, "
            + "with USD value where the policy has a price. A chain that fails says so beside the others. Never moves anything.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Optional("wallet", "Name from wallet_accounts or any address; needed if there are several wallets."),
            Argument.Optional("chains", ChainArgument.HelpSeveral + "the wallet's own."),
            DetailArgument.Schema,
        ],
    };

    /// <inheritdoc/>
    protected override async Task<BalancesResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var subject = await FindAsync(call.Find("wallet"), ct).ConfigureAwait(false);
        var chains = call.Find("chains") is { } named ? ChainArgument.ReadSeveral(table, named) : OwnChains(subject);
        var read = await Task.WhenAll(chains.Select(chain => ReadAsync(subject, chain, call.IsDetailed, ct))).ConfigureAwait(false);
        var total = Usd.Zero;
        foreach (var (_, value) in read)
        {
            total += value;
        }

        return new()
        {
            Address = subject.Address.ToString(),
            UsdAtLeast = total > Usd.Zero ? total.ToString() : null,
            Chains = [.. read.Select(entry => entry.Shape)],
        };
    }

    private async Task<Subject> FindAsync(string? named, CancellationToken ct)
    {
        if (named is null || !named.StartsWith("0x", StringComparison.Ordinal))
        {
            var known = await guard.GetWalletsAsync(ct).ConfigureAwait(false);
            var wallet = WalletArgument.Find(known, named);
            return EvmAddress.TryParse(wallet.Address, out var own)
                ? new(own, wallet, known)
                : throw new ToolException("unsupported_chain", $"Wallet {wallet.Name} is not on an EVM chain.", "Pass an EVM wallet; wallet_accounts lists them.");
        }

        if (!EvmAddress.TryParse(named, out var address, out var problem))
        {
            throw new ToolException("invalid_address", problem, "Pass the full address, or a wallet's name.");
        }

        var wallets = await PoliciesIfAnyAsync(ct).ConfigureAwait(false);
        return new(address, wallets?.Wallets.FirstOrDefault(wallet => EvmAddress.TryParse(wallet.Address, out var own) && own == address), wallets);
    }

    /// <summary>An address can be looked at without a guard; then there are no prices.</summary>
    private async Task<WalletList?> PoliciesIfAnyAsync(CancellationToken ct)
    {
        try
        {
            return await guard.GetWalletsAsync(ct).ConfigureAwait(false);
        }
        catch (GuardException)
        {
            return null;
        }
    }

    private List<EvmChain> OwnChains(Subject subject)
    {
        var chains = new List<EvmChain>();
        foreach (var at in (subject.Wallet ?? (subject.Known is { Wallets: [var first, ..] } ? first : null))?.Chains ?? [])
        {
            if (ChainId.Parse(at.Chain).IsEvm)
            {
                chains.Add(table.Find(at.Chain));
            }
        }

        return chains.Count > 0
            ? chains
            : throw new ToolException("missing_argument", "The policy names no chain for this address.", "Pass 'chains', such as \"base, ethereum\".");
    }

    private async Task<(ChainBalances Shape, Usd Value)> ReadAsync(Subject subject, EvmChain chain, bool detailed, CancellationToken ct)
    {
        try
        {
            var assets = PolicyAssets.Of(chain, PolicyAssets.On(subject.Known, chain.Id));
            var (block, balances) = await reader.ReadAsync(chain, subject.Address, assets, ct).ConfigureAwait(false);
            return Shape(chain, block, balances, subject.Wallet is not null, detailed);
        }
        catch (ToolException e)
        {
            return (new() { Chain = chain.Name, Balances = [], Problem = e.Message }, Usd.Zero);
        }
    }

    private static (ChainBalances Shape, Usd Value) Shape(
        EvmChain chain, ulong block, IReadOnlyList<AssetBalance> balances, bool isOwn, bool detailed)
    {
        var (shown, zero, total) = (new List<BalanceShape>(), new List<string>(), Usd.Zero);
        foreach (var balance in balances)
        {
            var watched = balance.Watched;
            if (!detailed && balance.Amount is { IsZero: true } && watched.Contract is not null)
            {
                if (watched.IsSpendable)
                {
                    zero.Add(watched.Asset.Symbol);
                }

                continue;
            }

            if (balance.Amount is null && !watched.IsSpendable)
            {
                // A token of the chain table that this chain does not have is no news.
                continue;
            }

            total += balance.Value ?? Usd.Zero;
            shown.Add(new()
            {
                Amount = balance.Amount?.ToString() ?? $"unknown {watched.Asset.Symbol}",
                UsdAtLeast = balance.Value?.ToString(),
                Token = detailed ? watched.Contract?.ToString() : null,
                Spendable = isOwn && !watched.IsSpendable ? false : null,
                Problem = balance.Amount is null ? "The token's contract did not answer like a token." : null,
            });
        }

        return (new() { Chain = chain.Name, Block = block, Balances = shown, Zero = zero.Count > 0 ? zero : null }, total);
    }

    /// <summary>Whose balances: an address, the wallet that it is if it is ours, and what the guard knows.</summary>
    private sealed record Subject(EvmAddress Address, WalletView? Wallet, WalletList? Known);
}
