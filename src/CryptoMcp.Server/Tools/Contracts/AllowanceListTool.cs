using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Contracts;

/// <summary><c>allowance_list</c>: who may take what of the wallet's tokens, as it stands on chain now.</summary>
internal sealed class AllowanceListTool(GuardClient guard, ChainTable table, ChainConnections connections)
    : PreparedTool<AllowanceListResult>(Facts, ToolResultsJson.Default.AllowanceListResult)
{
    private const int ConciseBlocks = 50_000;
    private const int DetailedBlocks = 120_000;

    private static readonly BigInteger s_unlimited = (BigInteger.One << 160) - 1;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "allowance_list",
        Title = "List allowances",
        Description = "Which spenders and contracts are approved to take the wallet's tokens: live ERC-20 approvals and Permit2 allowances, with the "
            + "most that each could take and its USD value. Found from recent events and known spenders. Never changes them.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Required("chain", ChainArgument.Help),
            Argument.Optional("wallet", WalletArgument.Help),
            DetailArgument.Schema,
        ],
    };

    /// <inheritdoc/>
    protected override async Task<AllowanceListResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var chain = table.Find(call.Text("chain"));
        var known = await guard.GetWalletsAsync(ct).ConfigureAwait(false);
        var owner = EvmAddress.TryParse(WalletArgument.Find(known, call.Find("wallet")).Address, out var address)
            ? address
            : throw new ToolException("unsupported_chain", "That wallet is not on an EVM chain.", "Pass an EVM wallet; wallet_accounts lists them.");
        var payees = await PayeesAsync(chain, ct).ConfigureAwait(false);
        var assets = PolicyAssets.Of(table.Serve(chain.Name), PolicyAssets.On(known, chain.Id));
        IReadOnlyList<EvmAddress> tokens = [.. assets.Where(asset => asset.Contract is not null).Select(asset => EvmAddress.Parse(asset.Contract!))];
        var blocks = call.IsDetailed ? DetailedBlocks : ConciseBlocks;
        var scan = await connections.AskAsync(
            chain, (rpc, token) => AllowanceReader.ReadAsync(rpc, owner, tokens, [.. payees.Keys], (ulong)blocks, token), ct).ConfigureAwait(false);
        var shown = scan.Allowances.Select(allowance => (Allowance: allowance, Asset: assets.FirstOrDefault(asset => string.Equals(asset.Contract, allowance.Token.ToString(), StringComparison.OrdinalIgnoreCase)))).ToList();
        var total = shown.Aggregate(Usd.Zero, (sum, entry) => sum + (Value(entry.Allowance, entry.Asset) ?? Usd.Zero));
        return new()
        {
            Address = owner.ToString(),
            Chain = chain.Name,
            UsdAtLeast = total > Usd.Zero ? total.ToString() : null,
            Allowances = [.. shown.Select(entry => Shape(entry.Allowance, entry.Asset, payees))],
            SearchedFromBlock = scan.FromBlock.ToString(CultureInfo.InvariantCulture),
            Note = scan.FromBlock == 0
                ? "The whole chain was searched. Signed permits that nobody has used yet are on no chain."
                : "Older approvals of unknown spenders, and signed permits that nobody has used yet, are not in this.",
        };
    }

    private async Task<Dictionary<EvmAddress, string>> PayeesAsync(EvmChain chain, CancellationToken ct)
    {
        var found = new Dictionary<EvmAddress, string> { [Permit2.Address] = "Permit2" };
        foreach (var payee in (await guard.GetPolicyAsync(ct).ConfigureAwait(false)).Payees)
        {
            foreach (var account in payee.Accounts.Select(AccountId.Parse))
            {
                if (account.Chain == chain.Id && EvmAddress.TryParse(account.Address, out var address))
                {
                    found[address] = $"payee:{payee.Name}";
                }
            }
        }

        return found;
    }

    private static AllowanceShape Shape(LiveAllowance allowance, WatchedAsset? asset, Dictionary<EvmAddress, string> payees) => new()
    {
        Token = allowance.Token.ToString(),
        Spender = allowance.Spender.ToString(),
        SpenderName = payees.GetValueOrDefault(allowance.Spender),
        Allowed = allowance.Units >= s_unlimited ? $"unlimited {asset?.Asset.Symbol ?? "units"}" : Text(allowance.Units, asset),
        CouldTake = Text(allowance.CouldTake, asset),
        UsdAtLeast = Value(allowance, asset)?.ToString(),
        ViaPermit2 = allowance.ViaPermit2 ? true : null,
        Expires = allowance.Expires is { } time ? Texts.Time(time) : null,
    };

    /// <summary>Rounded up: what somebody could take is a risk, not a holding.</summary>
    private static Usd? Value(LiveAllowance allowance, WatchedAsset? asset) =>
        asset?.FloorPrice is { } price ? Usd.Of(new Amount(allowance.CouldTake, asset.Asset), price) : null;

    // Decimals of a token that nobody pinned would be its own word.
    private static string Text(BigInteger units, WatchedAsset? asset) =>
        asset is null ? string.Create(CultureInfo.InvariantCulture, $"{units} units of unknown token") : new Amount(units, asset.Asset).ToString();
}
