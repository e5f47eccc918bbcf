using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Reputation;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Reputation;

/// <summary><c>reputation_wallet</c>: an address's own record.</summary>
internal sealed class ReputationWalletTool(ChainTable table, ChainConnections connections, WalletLookup lookup)
    : PreparedTool<WalletRecordResult>(Facts, ToolResultsJson.Default.WalletRecordResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "reputation_wallet",
        Title = "History of an address",
        Description = "Track record of any address from its history on chain: age, activity, tokens in and out, x402 income and spending, "
            + "counterparties, open allowances, attestations; a timeline in pages. Says which blocks were not scanned. "
            + "Never judges: a clean past proves nothing about the future.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Required("address", "Full address, 0x and 40 digits."),
            Argument.Required("chain", Arguments.ChainArgument.Help),
            Argument.Count("limit", "Timeline events per page.", 1, 50, 15),
            Argument.Optional("cursor", "next_cursor of the page before."),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<WalletRecordResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var chain = table.Find(call.Text("chain"));
        if (!EvmAddress.TryParse(call.Text("address"), out var address, out var problem))
        {
            throw new ToolException("invalid_address", problem, "Pass the full address.");
        }

        var (limit, cursor) = (call.Count("limit", 1, 50, 15), call.Find("cursor"));
        var report = await connections.AskAsync(chain, (rpc, token) => lookup.LookAsync(rpc, address, token), ct, ChainConnections.PatientDeadline)
            .ConfigureAwait(false);
        var page = Paging.Cut(report.Timeline, limit, cursor, $"reputation_wallet|{chain.Id}|{address}");
        var dollars = report.Dollars;
        return new()
        {
            Wallet = address.ToString(),
            Chain = chain.Name,
            Kind = report.Kind,
            DelegatedTo = report.DelegatedTo?.ToString(),
            TransactionsSent = report.Nonce.ToString(CultureInfo.InvariantCulture),
            Balance = new Amount(report.Balance, chain.Native).ToString(),
            Since = report.Since is { } since ? Texts.Time(since) : null,
            DollarsIn = ReputationText.Dollars(dollars.In),
            DollarsOut = ReputationText.Dollars(dollars.Out),
            X402In = ReputationText.Dollars(dollars.X402In),
            X402Out = ReputationText.Dollars(dollars.X402Out),
            X402Payers = dollars.X402Payers,
            X402Payees = dollars.X402Payees,
            Counterparties = ReputationText.OrNone([.. report.Counterparties.Select(other =>
                string.Create(CultureInfo.InvariantCulture, $"{other.Address}: {other.Payments} payments, {ReputationText.Dollars(other.MicroUsd)}"))]),
            Contracts = ReputationText.OrNone([.. report.Contracts.Select(contract =>
                string.Create(CultureInfo.InvariantCulture, $"{contract.Address}: {contract.Calls} calls"))]),
            Allowances = ReputationText.OrNone([.. report.Allowances.Take(20).Select(allowance =>
                $"{allowance.Spender} may take {AmountOf(allowance.Token, allowance.Contract, allowance.Units)}")]),
            Attestations = ReputationText.OrNone([.. report.Attestations.Select(attestation =>
                $"{attestation.State}: by {attestation.Attester}, schema {attestation.Schema}")]),
            Operator = report.Operator is { } state ? OperatorOf(state) : null,
            Total = page.Total,
            Timeline = [.. page.Items.Select(EventOf)],
            NextCursor = page.NextCursor,
            Coverage = ReputationText.Coverage(report.Coverage, isConsistent: true, report.Head.Number, report.Calls),
            Warnings = ReputationText.OrNone(report.Warnings),
        };
    }

    private static WalletEventShape EventOf(WalletEvent entry) => new()
    {
        Kind = ReputationText.Word(entry.Kind) + (entry.Succeeded ? "" : "_failed"),
        Time = entry.Time is { } time ? Texts.Time(time) : null,
        Counterparty = entry.Counterparty.ToString(),
        Amount = entry.Kind switch
        {
            WalletEventKind.Operation or WalletEventKind.Attested => null,
            WalletEventKind.FeedbackGiven or WalletEventKind.AgentTaken => string.Create(CultureInfo.InvariantCulture, $"agent {entry.Units}"),
            _ => AmountOf(entry.Token, entry.Contract, entry.Units),
        },
        TransactionId = entry.Transaction.ToString(),
    };

    private static string OperatorOf(OperatorState state) => string.Create(CultureInfo.InvariantCulture,
        $"{(state.IsOperator ? "an EigenLayer operator" : "no EigenLayer operator")}, delegated to {state.DelegatedTo?.ToString() ?? "nobody"}, slashed {state.Slashings} times");

    private static string AmountOf(EvmToken? token, EvmAddress contract, System.Numerics.BigInteger units) =>
        units == Erc20.MaxUnits ? $"unlimited {token?.Asset.Symbol ?? $"units of {contract}"}"
        : token is null ? string.Create(CultureInfo.InvariantCulture, $"{units} units of {contract}")
        : new Amount(units, token.Asset).ToString();
}
