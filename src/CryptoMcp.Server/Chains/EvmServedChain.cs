using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Chain;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Chains;

/// <summary>An EVM chain as the tools read it.</summary>
internal sealed class EvmServedChain(EvmChain chain, ChainConnections connections) : ServedChain
{
    private const int GweiDecimals = 9;

    public override ChainId Id => chain.Id;

    public override string Name => chain.Name;

    public override bool IsTestNetwork => chain.IsTestNetwork;

    public override Asset Native => chain.Native;

    public override IEnumerable<(Asset Asset, string Address)> Tokens => chain.Tokens.Select(token => (token.Asset, token.Address.ToString()));

    public override string ReadAddress(string text) => EvmAddress.TryParse(text, out var address, out var problem)
        ? address.ToString()
        : throw new ToolException("invalid_address", problem, "Pass the full address.");

    public override string ReadRecipient(string text)
    {
        if (!EvmAddress.TryParse(text, out var address, out var problem))
        {
            throw Solana.Pubkey.TryParse(text, out _)
                ? new ToolException(
                    "invalid_address",
                    $"That looks like a Solana address, but {Name} is an EVM chain.",
                    "Pass an address of 0x and 40 hexadecimal digits, or check the chain.")
                : new ToolException("invalid_address", problem, "Pass the full address as its owner gave it, or payee:name from policy_show.");
        }

        return address.IsZero
            ? throw new ToolException("invalid_address", "The zero address belongs to nobody; what is sent there is lost.", "Pass the recipient's address.")
            : address.ToString();
    }

    public override Task<(ulong Block, IReadOnlyList<AssetBalance> Balances)> BalancesAsync(
        string address, IReadOnlyList<WatchedAsset> assets, CancellationToken ct) => connections.AskAsync(
        chain,
        async (rpc, token) =>
        {
            var contracts = new List<EvmAddress>(assets.Count);
            foreach (var asset in assets)
            {
                if (asset.Contract is { } contract)
                {
                    contracts.Add(EvmAddress.Parse(contract));
                }
            }

            var read = await rpc.Multicall.GetBalancesAsync(EvmAddress.Parse(address), contracts, token).ConfigureAwait(false);
            var balances = new AssetBalance[assets.Count];
            for (int i = 0, next = 0; i < balances.Length; i++)
            {
                var units = assets[i].Contract is null ? read.Native : read.Tokens[next++];
                balances[i] = new(assets[i], units is { } known ? new Amount(known, assets[i].Asset) : null);
            }

            return (read.Block, (IReadOnlyList<AssetBalance>)balances);
        },
        ct);

    public override async Task<ChainStatusShape> StatusAsync(CancellationToken ct)
    {
        var (head, final, gasPrice) = await connections.AskAsync(chain, ReadStatusAsync, ct).ConfigureAwait(false);
        return Known with
        {
            Block = head.Number,
            FinalBlock = final,
            Time = Texts.Time(head.Timestamp),
            GasPrice = $"{DecimalText.Format(gasPrice, GweiDecimals)} gwei",
        };
    }

    public override async Task<TransactionResult> TransactionAsync(string id, bool detailed, CancellationToken ct)
    {
        if (!Hash32.TryParse(id, out var hash))
        {
            throw new ToolException("invalid_transaction_id", "That is no transaction hash.", "Pass 0x and 64 hexadecimal digits; for pay_… use payment_get.");
        }

        var report = await connections.AskAsync(chain, (rpc, token) => TransactionReader.ReadAsync(rpc, hash, token), ct).ConfigureAwait(false);
        return report is null
            ? new() { TransactionId = hash.ToString(), Chain = chain.Name, Status = "not_found" }
            : TransactionShape.Of(chain, report, detailed);
    }

    public override Task<TokenClaims> ClaimsAsync(string address, CancellationToken ct) => connections.AskAsync(
        chain,
        async (rpc, token) =>
        {
            try
            {
                var claims = await TokenReader.ReadAsync(rpc, EvmAddress.Parse(address), token).ConfigureAwait(false);
                return new TokenClaims(claims.Decimals, claims.UntrustedSymbol, claims.UntrustedName, NamesItself: true, []);
            }
            catch (EvmFormatException e)
            {
                throw new ToolException("not_a_token", e.Message, "Check the address and the chain; an account or another contract is no token.", e);
            }
        },
        ct);

    private static async Task<(BlockHeader Head, ulong? Final, BigInteger GasPrice)> ReadStatusAsync(EvmRpc rpc, CancellationToken ct)
    {
        var rule = rpc.Chain.Finality;
        var batch = rpc.CreateBatch();
        var latest = batch.Add(EvmRequests.Block(BlockTag.Latest));
        var final = rule.Kind == FinalityKind.Depth
            ? null
            : batch.Add(EvmRequests.Block(rule.Kind == FinalityKind.Safe ? BlockTag.Safe : BlockTag.Finalized));
        var gasPrice = batch.Add(EvmRequests.GasPrice);
        await batch.SendAsync(ct).ConfigureAwait(false);
        var head = latest.Value ?? throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name, "the node has no newest block");
        return (head, final is null ? head.Number - Math.Min(head.Number, rule.Depth) : final.Error is null ? final.Value?.Number : null, gasPrice.Value);
    }
}
