using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What became of a feedback's claim that its author paid.</summary>
public enum PaymentVerdict
{
    /// <summary>It names no payment.</summary>
    None,

    /// <summary>Its author paid a wallet of the agent before the feedback.</summary>
    Verified,

    /// <summary>Somebody else paid.</summary>
    WrongPayer,

    /// <summary>Somebody else was paid, or the wallet was not the agent's then.</summary>
    WrongPayee,

    /// <summary>Another feedback named the same transaction.</summary>
    Reused,

    /// <summary>The payment came after the feedback.</summary>
    AfterFeedback,

    /// <summary>Less than a thousandth of a dollar, or of a token that is not pinned.</summary>
    Dust,

    /// <summary>The chain knows no such successful transaction, or it moved nothing.</summary>
    NotFound,

    /// <summary>It is said to be on another chain, which was not asked.</summary>
    OtherChain,
}

/// <summary>A feedback's own file, and what of it holds.</summary>
public sealed record FeedbackFileCheck
{
    /// <summary>How the file was had.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>What was wrong, in our own words.</summary>
    public string? Problem { get; init; }

    /// <summary>True when its bytes have the hash in the log; null when the log states none.</summary>
    public bool? HashMatches { get; init; }

    /// <summary>True when registry, agent, client and value in it are those of the log; files are copied from other feedback.</summary>
    public bool? FieldsMatch { get; init; }

    /// <summary>The payment that it names.</summary>
    public PaymentVerdict Payment { get; init; }

    /// <summary>What it says in words, cleaned.</summary>
    public string? UntrustedText { get; init; }
}

/// <summary>Checks feedback files (ERC-8004, off-chain feedback file) and the payments that they name.</summary>
internal sealed class ProofOfPayment(EvmRpc rpc, FileLoader loader, AgentReference agent, AgentHistory history, ReadBudget budget)
{
    /// <summary>A thousandth of a dollar.</summary>
    private static readonly BigInteger s_dust = 1_000;

    private readonly HashSet<Hash32> _used = [];

    /// <summary>Checks one feedback; call for the older ones first, since the first to name a payment owns it.</summary>
    public async Task<FeedbackFileCheck> CheckAsync(FeedbackEntry entry, CancellationToken ct)
    {
        var file = await loader.LoadAsync(entry.FileUri ?? "", ct).ConfigureAwait(false);
        if (!file.IsLoaded)
        {
            return new() { Status = file.Status, Problem = file.Problem };
        }

        bool? hashMatches = entry.FileHash.IsZero ? null : file.Hash == entry.FileHash;
        try
        {
            using var document = JsonDocument.Parse(file.Bytes, new() { MaxDepth = 32 });
            var root = document.RootElement;
            return new()
            {
                Status = file.Status,
                HashMatches = hashMatches,
                FieldsMatch = FieldsMatch(root, entry),
                Payment = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("proofOfPayment", out var proof)
                    ? await CheckAsync(proof, entry, ct).ConfigureAwait(false)
                    : PaymentVerdict.None,
                UntrustedText = Text(root, "text") is { } text ? CryptoMcp.Money.UntrustedText.Clean(text, 200) : null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new() { Status = file.Status, HashMatches = hashMatches, Problem = "The feedback's file is no JSON." };
        }
    }

    private bool FieldsMatch(JsonElement root, FeedbackEntry entry) =>
        root.ValueKind == JsonValueKind.Object
        && agent.RegistryText.Equals(Text(root, "agentRegistry"), StringComparison.OrdinalIgnoreCase)
        && $"{agent.Chain}:{entry.Client}".Equals(Text(root, "clientAddress"), StringComparison.OrdinalIgnoreCase)
        && NumberOf(root, "agentId") == agent.Id
        && NumberOf(root, "value") == entry.Value.Raw
        && (NumberOf(root, "valueDecimals") ?? 0) == entry.Value.Decimals;

    private async Task<PaymentVerdict> CheckAsync(JsonElement proof, FeedbackEntry entry, CancellationToken ct)
    {
        if (proof.ValueKind != JsonValueKind.Object || !Hash32.TryParse(Text(proof, "txHash"), out var hash))
        {
            return PaymentVerdict.NotFound;
        }

        if (proof.TryGetProperty("chainId", out var chain) && chain.ToString() is { } stated
            && stated != agent.Chain.Reference && stated != agent.Chain.ToString())
        {
            return PaymentVerdict.OtherChain;
        }

        budget.Count();
        return await rpc.GetReceiptAsync(hash, ct).ConfigureAwait(false) is { Succeeded: true } receipt
            ? Judge(receipt, entry)
            : PaymentVerdict.NotFound;
    }

    /// <summary>Judges by what the chain says alone: who paid whom stands in the receipt, not in the file.</summary>
    internal PaymentVerdict Judge(TransactionReceipt receipt, FeedbackEntry entry)
    {
        var transfers = DollarTokens.Read(rpc.Chain, receipt.Logs.Where(log => log.BlockNumber is not null && log.LogIndex is not null));
        if (transfers.Count == 0)
        {
            return receipt.Logs.Any(log => log.Topics.Count > 0 && log.Topics[0] == Erc20.TransferEvent.Topic) ? PaymentVerdict.Dust : PaymentVerdict.NotFound;
        }

        var paid = BigInteger.Zero;
        var (byClient, toAgent) = (false, false);
        foreach (var transfer in transfers)
        {
            var isToAgent = history.WasWallet(transfer.To, receipt.BlockNumber);
            byClient |= transfer.From == entry.Client;
            toAgent |= isToAgent;
            paid += transfer.From == entry.Client && isToAgent ? transfer.MicroUsd : 0;
        }

        return (byClient, toAgent, paid.IsZero) switch
        {
            (false, _, _) => PaymentVerdict.WrongPayer,
            (true, false, _) => PaymentVerdict.WrongPayee,
            (true, true, true) => PaymentVerdict.WrongPayee,
            _ when entry.Block is { } block && receipt.BlockNumber >= block => PaymentVerdict.AfterFeedback,
            _ when paid < s_dust => PaymentVerdict.Dust,
            _ => _used.Add(receipt.TransactionHash) ? PaymentVerdict.Verified : PaymentVerdict.Reused,
        };
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static BigInteger? NumberOf(JsonElement of, string name)
    {
        if (!of.TryGetProperty(name, out var value))
        {
            return null;
        }

        var text = value.ValueKind switch { JsonValueKind.Number => value.GetRawText(), JsonValueKind.String => value.GetString(), _ => null };
        return text is { Length: <= 80 } && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
