using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Tools.Wallet;

/// <summary><c>wallet_balances</c>: what an address holds, over several chains at once.</summary>
internal sealed class WalletBalancesTool(GuardClient guard, ChainTable table)
    : PreparedTool<BalancesResult>(Facts, ToolResultsJson.Default.BalancesResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "wallet_balances",
        Title = "Wallet balances",
        Description = "How much a wallet or any address has: balances of native coin (ETH, SOL) and tokens (USDC) on several chains in one call, "
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
        var (subjects, known) = await FindAsync(call.Find("wallet"), ct).ConfigureAwait(false);
        var chains = call.Find("chains") is { } named ? ChainArgument.ReadSeveral(table, named) : OwnChains(subjects, known);
        var read = await Task.WhenAll(chains.Select(chain => ReadAsync(subjects, known, chain, call.IsDetailed, ct))).ConfigureAwait(false);
        var total = Usd.Zero;
        foreach (var (_, value) in read)
        {
            total += value;
        }

        return new()
        {
            Address = string.Join(" ", subjects.Select(subject => subject.Address)),
            UsdAtLeast = total > Usd.Zero ? total.ToString() : null,
            Chains = [.. read.Select(entry => entry.Shape)],
        };
    }

    /// <summary>Whose balances: the wallet or address that is named; otherwise the only wallet of each family.</summary>
    private async Task<(IReadOnlyList<Subject> Subjects, WalletList? Known)> FindAsync(string? named, CancellationToken ct)
    {
        if (named is not null && AddressIn(named) is { } subject)
        {
            var wallets = await PoliciesIfAnyAsync(ct).ConfigureAwait(false);
            return ([subject with { Wallet = wallets?.Wallets.FirstOrDefault(wallet => wallet.Family == subject.Family && IsSame(wallet.Address, subject)) }], wallets);
        }

        var known = await guard.GetWalletsAsync(ct).ConfigureAwait(false);
        return named is null && known.Wallets.Count > 1 && known.Wallets.Select(wallet => wallet.Family).Distinct().Count() == known.Wallets.Count
            ? ([.. known.Wallets.Select(Of)], known)
            : ([Of(WalletArgument.Find(known, named))], known);
    }

    private static Subject Of(WalletView wallet) => new(wallet.Family, wallet.Address, wallet);

    private static bool IsSame(string address, Subject subject) => string.Equals(
        address, subject.Address, subject.Family == ChainId.Eip155 ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>An address of any family; null for what may be the name of a wallet.</summary>
    private static Subject? AddressIn(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return EvmAddress.TryParse(text, out var evm, out var problem)
                ? new(ChainId.Eip155, evm.ToString(), Wallet: null)
                : throw new ToolException("invalid_address", problem, "Pass the full address, or a wallet's name.");
        }

        return Pubkey.TryParse(text, out var solana) ? new(ChainId.Solana, solana.ToString(), Wallet: null) : null;
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

    /// <summary>The chains of the wallets; for a stranger's address those of a wallet of its family.</summary>
    private List<ServedChain> OwnChains(IReadOnlyList<Subject> subjects, WalletList? known)
    {
        var chains = new List<ServedChain>();
        foreach (var subject in subjects)
        {
            foreach (var at in (subject.Wallet ?? known?.Wallets.FirstOrDefault(wallet => wallet.Family == subject.Family))?.Chains ?? [])
            {
                chains.Add(table.Serve(at.Chain));
            }
        }

        return chains.Count > 0
            ? chains
            : throw new ToolException("missing_argument", "The policy names no chain for this address.", "Pass 'chains', such as \"base, solana\".");
    }

    private static async Task<(ChainBalances Shape, Usd Value)> ReadAsync(
        IReadOnlyList<Subject> subjects, WalletList? known, ServedChain chain, bool detailed, CancellationToken ct)
    {
        if (subjects.FirstOrDefault(subject => subject.Family == chain.Id.Namespace) is not { } subject)
        {
            return (new() { Chain = chain.Name, Balances = [], Problem = "The address is of another kind of chain." }, Usd.Zero);
        }

        try
        {
            var assets = PolicyAssets.Of(chain, PolicyAssets.On(known, chain.Id));
            var (block, balances) = await chain.BalancesAsync(subject.Address, assets, ct).ConfigureAwait(false);
            return Shape(chain, block, balances, subject.Wallet is not null, detailed);
        }
        catch (ToolException e)
        {
            return (new() { Chain = chain.Name, Balances = [], Problem = e.Message }, Usd.Zero);
        }
    }

    private static (ChainBalances Shape, Usd Value) Shape(
        ServedChain chain, ulong block, IReadOnlyList<AssetBalance> balances, bool isOwn, bool detailed)
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
                Token = detailed ? watched.Contract : null,
                Spendable = isOwn && !watched.IsSpendable ? false : null,
                Problem = balance.Amount is null ? "The token's contract did not answer like a token." : null,
            });
        }

        return (new() { Chain = chain.Name, Block = block, Balances = shown, Zero = zero.Count > 0 ? zero : null }, total);
    }

    /// <summary>Whose balances: an address of a family, and the wallet that it is if it is ours.</summary>
    private sealed record Subject(string Family, string Address, WalletView? Wallet);
}
