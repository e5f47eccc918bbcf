using System.Globalization;
using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Chain;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Chains;

/// <summary>A Solana cluster as the tools read it.</summary>
internal sealed class SolanaServedChain(SolanaCluster cluster, ChainConnections connections) : ServedChain
{
    // Anybody can send anything to a wallet; what nobody pinned is shown up to here.
    private const int MostUnknownTokens = 20;

    public override ChainId Id => cluster.Id;

    public override string Name => cluster.Name;

    public override bool IsTestNetwork => cluster.IsTestNetwork;

    public override Asset Native => cluster.Native;

    public override IEnumerable<(Asset Asset, string Address)> Tokens => cluster.Tokens.Select(token => (token.Asset, token.Mint.ToString()));

    public override string ReadAddress(string text) => Pubkey.TryParse(text, out var address, out var problem)
        ? address.ToString()
        : throw new ToolException(
            "invalid_address",
            text.StartsWith("0x", StringComparison.Ordinal) ? $"That looks like an EVM address, but {Name} is a Solana cluster." : problem,
            "Pass the full address, 32 to 44 characters of base58.");

    public override string ReadRecipient(string text)
    {
        var address = ReadAddress(text);
        return Pubkey.Parse(address).IsZero
            ? throw new ToolException("invalid_address", "That is the System program; what is sent there is lost.", "Pass the recipient's address.")
            : address;
    }

    public override Task<(ulong Block, IReadOnlyList<AssetBalance> Balances)> BalancesAsync(
        string address, IReadOnlyList<WatchedAsset> assets, CancellationToken ct) => connections.AskAsync(
        cluster,
        async (rpc, token) =>
        {
            var owner = Pubkey.Parse(address);
            var batch = rpc.CreateBatch();
            var slot = batch.Add(SolanaRequests.Slot(Commitment.Confirmed));
            var account = batch.Add(SolanaRequests.Account(owner, Commitment.Confirmed));
            var tokens = batch.Add(SolanaRequests.TokenAccounts(owner, ProgramIds.Token, Commitment.Confirmed));
            var tokens2022 = batch.Add(SolanaRequests.TokenAccounts(owner, ProgramIds.Token2022, Commitment.Confirmed));
            await batch.SendAsync(token).ConfigureAwait(false);
            var held = Sum([.. tokens.Value, .. tokens2022.Value], owner);
            var balances = new List<AssetBalance>(assets.Count + held.Count);
            foreach (var asset in assets)
            {
                var units = asset.Contract is null ? account.Value?.Lamports ?? 0 : held.Remove(asset.Contract, out var found) ? found : 0;
                balances.Add(new(asset, new Amount(units, asset.Asset)));
            }

            AddUnknown(balances, held);
            return (slot.Value, (IReadOnlyList<AssetBalance>)balances);
        },
        ct);

    public override async Task<ChainStatusShape> StatusAsync(CancellationToken ct)
    {
        var (slot, final, time, price) = await connections.AskAsync(cluster, ReadStatusAsync, ct).ConfigureAwait(false);
        return Known with
        {
            Block = slot,
            FinalBlock = final,
            Time = Texts.Time(time),
            GasPrice = string.Create(CultureInfo.InvariantCulture, $"{ComputeBudget.LamportsPerSignature} lamports per signature, {price} micro-lamports per compute unit"),
        };
    }

    public override async Task<TransactionResult> TransactionAsync(string id, bool detailed, CancellationToken ct)
    {
        if (!TransactionSignature.TryParse(id, out var signature))
        {
            throw new ToolException("invalid_transaction_id", "That is no Solana transaction id.", "Pass the signature, 64 to 88 characters of base58; for pay_… use payment_get.");
        }

        var (landed, status) = await connections.AskAsync(
            cluster,
            async (rpc, token) =>
            {
                var batch = rpc.CreateBatch();
                var transaction = batch.Add(SolanaRequests.Transaction(signature, Commitment.Confirmed));
                var statuses = batch.Add(SolanaRequests.Statuses([signature]));
                await batch.SendAsync(token).ConfigureAwait(false);
                return (transaction.Value, statuses.Value[0]);
            },
            ct).ConfigureAwait(false);
        return landed is null
            ? new() { TransactionId = id, Chain = Name, Status = status is null ? "not_found" : "pending" }
            : SolanaTransactionShape.Of(cluster, signature, landed, status?.Commitment == Commitment.Finalized, detailed);
    }

    public override Task<TokenClaims> ClaimsAsync(string address, CancellationToken ct) => connections.AskAsync(
        cluster,
        async (rpc, token) =>
        {
            try
            {
                var mint = await rpc.SendAsync(SolanaRequests.Mint(Pubkey.Parse(address), Commitment.Confirmed), token).ConfigureAwait(false)
                    ?? throw new SolanaFormatException($"Nothing is at {address}.");
                return new TokenClaims(mint.Decimals, UntrustedSymbol: null, UntrustedName: null, NamesItself: false, PowersOf(mint));
            }
            catch (Exception e) when (e is SolanaFormatException or SolanaRpcException { Kind: SolanaRpcFailure.BadAnswer })
            {
                throw new ToolException("not_a_token", e.Message, "Check the address and the chain; a wallet or a token account is no mint.", e);
            }
        },
        ct);

    private static Dictionary<string, ulong> Sum(IReadOnlyList<(Pubkey Address, SolanaAccount Account)> accounts, Pubkey owner)
    {
        var held = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var (address, account) in accounts)
        {
            var token = TokenAccount.Decode(address, account);
            if (token.Owner == owner)
            {
                var mint = token.Mint.ToString();
                held[mint] = checked(held.GetValueOrDefault(mint) + token.Units);
            }
        }

        return held;
    }

    /// <summary>Tokens that nobody pinned, in integer units by their mint: names and decimals would be strangers' words.</summary>
    private void AddUnknown(List<AssetBalance> balances, Dictionary<string, ulong> held)
    {
        foreach (var (mint, units) in held.Where(entry => entry.Value > 0).Take(MostUnknownTokens))
        {
            var asset = new Asset(AssetId.Token(cluster.Id, mint), $"units of {mint}", 0);
            balances.Add(new(new WatchedAsset(asset, mint, FloorPrice: null, IsSpendable: false), new Amount(units, asset)));
        }
    }

    private static async Task<(ulong Slot, ulong Final, DateTimeOffset Time, ulong Price)> ReadStatusAsync(SolanaRpc rpc, CancellationToken ct)
    {
        var batch = rpc.CreateBatch();
        var slot = batch.Add(SolanaRequests.Slot(Commitment.Confirmed));
        var final = batch.Add(SolanaRequests.Slot(Commitment.Finalized));
        var fees = batch.Add(SolanaRequests.RecentPrioritizationFees([]));
        await batch.SendAsync(ct).ConfigureAwait(false);
        var time = await rpc.SendAsync(SolanaRequests.BlockTime(slot.Value), ct).ConfigureAwait(false);
        return (slot.Value, final.Value, time, PriorityFees.Price(fees.Value, ComputeBudget.MaxUnits, ulong.MaxValue / 1_000_000));
    }

    private static List<string> PowersOf(MintAccount mint)
    {
        var powers = new List<string>();
        var extensions = mint.Extensions;
        if (mint.FreezeAuthority is not null)
        {
            powers.Add("Its issuer can freeze accounts.");
        }

        if (extensions.NewerFee is { } fee)
        {
            powers.Add(string.Create(CultureInfo.InvariantCulture, $"Its issuer keeps {fee.BasisPoints / 100m}% of every transfer."));
        }

        if (extensions.PermanentDelegate is not null)
        {
            powers.Add("Its issuer can take it from any account.");
        }

        if (extensions.TransferHook is not null)
        {
            powers.Add("A program of its issuer runs on every transfer, so it is not paid with here.");
        }

        if (extensions.IsNonTransferable)
        {
            powers.Add("It cannot be transferred.");
        }

        if (extensions.IsPaused)
        {
            powers.Add("Its issuer has paused all transfers.");
        }

        if (extensions.HasUnknown)
        {
            powers.Add("It has an extension that is not known here, so it is not paid with.");
        }

        return powers;
    }
}
