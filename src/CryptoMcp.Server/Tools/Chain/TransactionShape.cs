using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary>Shapes a transaction report. Amounts of tokens that are not pinned are integer units: their decimals would be a stranger's word.</summary>
internal static class TransactionShape
{
    private const int ConciseMovements = 20;
    private const int DetailedMovements = 60;
    private const int LongestInput = 1024;

    /// <summary>The report for a model.</summary>
    public static TransactionResult Of(EvmChain chain, TransactionReport report, bool detailed)
    {
        var sent = report.Transaction;
        var moved = Moved(chain, report);
        var most = detailed ? DetailedMovements : ConciseMovements;
        return new()
        {
            TransactionId = sent.Hash.ToString(),
            Chain = chain.Name,
            Status = report.Receipt is not { } receipt ? "pending" : receipt.Succeeded ? "succeeded" : "failed",
            Final = report.State == TransactionState.Final,
            Block = report.Receipt?.BlockNumber,
            Time = report.MinedAt is { } time ? Texts.Time(time) : null,
            From = sent.From.ToString(),
            To = (sent.To ?? report.Receipt?.ContractAddress)?.ToString(),
            Value = sent.Value.IsZero ? null : new Amount(sent.Value, chain.Native).ToString(),
            FeePaid = report.Fee is { } fee ? new Amount(fee, chain.Native).ToString() : null,
            Call = Call(chain, report),
            Moved = moved.Count > most ? moved[..most] : moved,
            MovedLeftOut = moved.Count > most ? moved.Count - most : null,
            Nonce = detailed ? sent.Nonce : null,
            Input = detailed && !sent.Input.IsEmpty ? Input(sent.Input.Span) : null,
        };
    }

    private static List<MovementShape> Moved(EvmChain chain, TransactionReport report)
    {
        var moved = new List<MovementShape>();
        if (!report.NativeMoved.IsZero && report.Transaction.To is { } recipient)
        {
            moved.Add(new()
            {
                From = report.Transaction.From.ToString(),
                To = recipient.ToString(),
                Amount = new Amount(report.NativeMoved, chain.Native).ToString(),
            });
        }

        foreach (var movement in report.Movements)
        {
            moved.Add(new()
            {
                From = movement.From.ToString(),
                To = movement.To.ToString(),
                Amount = Amount(movement.Pinned, movement.Token, movement.Units),
                Approval = movement.IsApproval ? true : null,
            });
        }

        return moved;
    }

    private static string Amount(EvmToken? pinned, EvmAddress? token, BigInteger units) => pinned is not null
        ? units == Erc20.MaxUnits ? $"unlimited {pinned.Asset.Symbol}" : new Amount(units, pinned.Asset).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{units} units of unknown token {token}");

    private static string? Call(EvmChain chain, TransactionReport report)
    {
        var sent = report.Transaction;
        if (sent.To is not { } contract)
        {
            return "contract creation";
        }

        chain.TryFindToken(contract, out var pinned);
        return report.Call switch
        {
            Erc20Transfer transfer => $"transfer {Amount(pinned, contract, transfer.Units)} to {transfer.To}",
            Erc20TransferFrom transfer => $"transfer {Amount(pinned, contract, transfer.Units)} from {transfer.From} to {transfer.To}",
            Erc20Approve approve => $"approve {approve.Spender} to spend {Amount(pinned, contract, approve.Units)}",
            _ => sent.Input.Length >= 4 ? $"unknown function {Hex.Format(sent.Input.Span[..4])}" : null,
        };
    }

    private static string Input(ReadOnlySpan<byte> input) => input.Length <= LongestInput
        ? Hex.Format(input)
        : string.Create(CultureInfo.InvariantCulture, $"{Hex.Format(input[..LongestInput])}… ({input.Length} bytes)");
}
