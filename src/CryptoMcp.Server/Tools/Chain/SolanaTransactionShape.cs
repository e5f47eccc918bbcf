using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary>
/// Shapes a Solana transaction from what its accounts held before and after: that is what really moved, whatever the
/// instructions say. Amounts of tokens that are not pinned are integer units.
/// </summary>
internal static class SolanaTransactionShape
{
    private const int MostCalls = 12;

    /// <summary>The transaction for a model.</summary>
    public static TransactionResult Of(SolanaCluster cluster, TransactionSignature id, LandedTransaction landed, bool isFinal, bool detailed)
    {
        var message = MessageCodec.Decode(landed.Transaction.Message.Span);
        return new()
        {
            TransactionId = id.ToString(),
            Chain = cluster.Name,
            Status = landed.Failed ? "failed" : "succeeded",
            Final = isFinal,
            Block = landed.Slot,
            Time = landed.BlockTime is { } time ? Texts.Time(time) : null,
            From = message.FeePayer.ToString(),
            FeePaid = new Amount(landed.Fee, cluster.Native).ToString(),
            Call = Calls(cluster, message),
            Moved = [.. Tokens(cluster, landed), .. Lamports(cluster, message, landed)],
            Input = detailed ? Convert.ToBase64String(landed.Transaction.Message.Span) : null,
        };
    }

    private static string? Calls(SolanaCluster cluster, Message message)
    {
        if (message.Lookups.Count > 0)
        {
            return "accounts from lookup tables";
        }

        var calls = message.Resolve().Select(InstructionReader.Read).Where(call => call is not (KnownInstruction.UnitLimit or KnownInstruction.UnitPrice))
            .Take(MostCalls).Select(call => call switch
            {
                KnownInstruction.SolTransfer transfer => $"transfer {new Amount(transfer.Lamports, cluster.Native)} to {transfer.To}",
                KnownInstruction.TokenTransfer transfer => $"transfer {Units(cluster, transfer.Mint, transfer.Units)} to token account {transfer.Destination}",
                KnownInstruction.CreateAssociated create => $"create token account of {create.Owner}",
                KnownInstruction.Memo => "memo",
                KnownInstruction.Forbidden forbidden => forbidden.Kind.ToString(),
                KnownInstruction.Unknown unknown => $"unknown call of {unknown.Program}",
                _ => "call",
            }).ToList();
        return calls.Count == 0 ? null : string.Join("; ", calls);
    }

    /// <summary>What each owner gained or lost of each mint.</summary>
    private static IEnumerable<MovementShape> Tokens(SolanaCluster cluster, LandedTransaction landed)
    {
        foreach (var mint in landed.TokensBefore.Concat(landed.TokensAfter).GroupBy(balance => balance.Mint))
        {
            var changes = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
            foreach (var (balances, sign) in new[] { (landed.TokensBefore, -1), (landed.TokensAfter, 1) })
            {
                foreach (var balance in balances.Where(balance => balance.Mint == mint.Key))
                {
                    var owner = balance.Owner?.ToString() ?? "unknown owner";
                    changes[owner] = changes.GetValueOrDefault(owner) + (sign * (BigInteger)balance.Units);
                }
            }

            foreach (var movement in Pairs(changes, units => Units(cluster, mint.Key, units)))
            {
                yield return movement;
            }
        }
    }

    private static IEnumerable<MovementShape> Lamports(SolanaCluster cluster, Message message, LandedTransaction landed)
    {
        var changes = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(message.StaticAccounts.Count, Math.Min(landed.LamportsBefore.Count, landed.LamportsAfter.Count)); i++)
        {
            var change = (BigInteger)landed.LamportsAfter[i] - landed.LamportsBefore[i] + (i == 0 ? landed.Fee : 0);
            changes[message.StaticAccounts[i].ToString()] = change;
        }

        return Pairs(changes, units => new Amount(units, cluster.Native).ToString());
    }

    /// <summary>Who gained, from whoever lost most: with one payer that is exact, with several the best that balances tell.</summary>
    private static IEnumerable<MovementShape> Pairs(Dictionary<string, BigInteger> changes, Func<BigInteger, string> amount)
    {
        var loser = changes.Where(change => change.Value.Sign < 0).OrderBy(change => change.Value).Select(change => change.Key).FirstOrDefault();
        return loser is null
            ? []
            : changes.Where(change => change.Value.Sign > 0).Select(change => new MovementShape { From = loser, To = change.Key, Amount = amount(change.Value) });
    }

    private static string Units(SolanaCluster cluster, Pubkey mint, BigInteger units) => cluster.TryFindToken(mint, out var token)
        ? new Amount(units, token.Asset).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{units} units of unknown token {mint}");
}
