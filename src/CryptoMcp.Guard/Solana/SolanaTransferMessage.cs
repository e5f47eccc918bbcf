using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>What a message may compute, and what it pays for that.</summary>
/// <param name="Units">Compute units.</param>
/// <param name="Price">Millionths of a lamport for each.</param>
internal readonly record struct ComputeTerms(uint Units, ulong Price);

/// <summary>
/// The bytes of a transfer: compute limit and price, the recipient's token account where it is missing, a memo, the
/// transfer. The memo is the payment's id: two payments of the same amount to the same recipient within one block hash
/// would otherwise be the same bytes, and the chain would take them once. It stands before the transfer, where tokens
/// that ask for a memo look for it.
/// </summary>
internal static class SolanaTransferMessage
{
    /// <summary>In place of a payment's id, and as long.</summary>
    public const string AnyPayment = "pay_aaaaaaaaaaaaaaaa";

    public static byte[] Build(SolanaTransferRequest transfer, SolanaTransferFacts facts, ComputeTerms terms, Blockhash blockhash, string paymentId)
    {
        var instructions = new List<Instruction>(5) { ComputeBudget.Limit(terms.Units), ComputeBudget.Price(terms.Price) };
        if (facts.Rent > 0)
        {
            instructions.Add(AssociatedToken.CreateIdempotent(transfer.From, facts.Destination, transfer.To, transfer.Mint!.Value, facts.Mint!.Program));
        }

        instructions.Add(MemoProgram.Write(paymentId));
        instructions.Add(Transfer(transfer, facts));
        var bytes = MessageCodec.Encode(MessageCompiler.Compile(MessageVersion.V0, transfer.From, instructions, blockhash));
        Check(bytes, transfer, facts, terms, paymentId);
        return bytes;
    }

    private static Instruction Transfer(SolanaTransferRequest transfer, SolanaTransferFacts facts) => (transfer.Mint, facts.Mint) switch
    {
        ({ } mint, { } terms) when facts.TransferFee is { } fee => TokenProgram.TransferCheckedWithFee(
            facts.Source, mint, facts.Destination, transfer.From, transfer.Units, terms.Decimals, fee),
        ({ } mint, { } terms) => TokenProgram.TransferChecked(
            terms.Program, facts.Source, mint, facts.Destination, transfer.From, transfer.Units, terms.Decimals),
        _ => SystemProgram.Transfer(transfer.From, transfer.To, transfer.Units),
    };

    /// <summary>Reads the bytes back: they do what was planned and nothing else, or nobody gets to sign them.</summary>
    private static void Check(byte[] bytes, SolanaTransferRequest transfer, SolanaTransferFacts facts, ComputeTerms terms, string paymentId)
    {
        var message = MessageCodec.Decode(bytes);
        var read = message.Resolve().Select(InstructionReader.Read).ToList();
        List<KnownInstruction> expected = [new KnownInstruction.UnitLimit(terms.Units), new KnownInstruction.UnitPrice(terms.Price)];
        if (facts.Rent > 0)
        {
            expected.Add(new KnownInstruction.CreateAssociated(transfer.From, facts.Destination, transfer.To, transfer.Mint!.Value, facts.Mint!.Program));
        }

        expected.Add(new KnownInstruction.Memo(paymentId));
        expected.Add(transfer.Mint is { } mint
            ? new KnownInstruction.TokenTransfer(
                facts.Mint!.Program, facts.Source, mint, facts.Destination, transfer.From, transfer.Units, facts.Mint.Decimals, facts.TransferFee)
            : new KnownInstruction.SolTransfer(transfer.From, transfer.To, transfer.Units));
        if (message.FeePayer != transfer.From || message.RequiredSignatures != 1 || !read.SequenceEqual(expected))
        {
            throw new InvalidOperationException("The message does not read back as it was planned. Nothing was signed.");
        }
    }
}

/// <summary>A planned transfer that waits for its payment id.</summary>
internal sealed class PreparedSolanaTransfer(
    SolanaTransferRequest transfer, SolanaTransferFacts facts, ComputeTerms terms, BlockhashLifetime lifetime) : IPreparedSpend
{
    public string Rail => SolanaTransactionRail.RailName;

    /// <summary>Solana accounts count nothing; what ends a message is its block hash.</summary>
    public NonceScope? NonceScope => null;

    public SigningMaterial Materialise(SigningSlot slot)
    {
        var message = Convert.ToHexStringLower(SolanaTransferMessage.Build(transfer, facts, terms, lifetime.Hash, slot.PaymentId));
        return new() { Digest = message, UnsignedBytes = message, ExpiresAfterHeight = lifetime.LastValidBlockHeight };
    }
}
