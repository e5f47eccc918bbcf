using System.Buffers;
using System.Numerics;

namespace CryptoMcp.Ledger;

/// <summary>What a recorded step makes of a payment. Pure; the rules decide whether it may be.</summary>
internal static class PaymentTransitions
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The new payment that a first record makes.</summary>
    internal static Payment Create(CreatedRecord record) => new()
    {
        Id = record.PaymentId,
        Key = record.Key,
        IntentDigest = record.IntentDigest,
        Client = record.Client,
        Operation = record.Operation,
        Account = record.Account,
        State = record.Outcome,
        Charges = record.Charges,
        Tags = record.Tags,
        Created = record.Time,
        Updated = record.Time,
        Sequence = record.Sequence,
        Host = record.Host,
        FactsText = record.Facts,
        DecisionText = record.Decision,
    };

    /// <summary>The payment after the step.</summary>
    /// <exception cref="PaymentStepException">The rules refuse the step.</exception>
    internal static Payment Apply(Payment payment, StepRecord record)
    {
        var facts = FactsOf(payment, record);
        var standing = StandingOf(payment);
        if (PaymentRules.Standard.Refuse(standing, facts) is { } refusal)
        {
            throw new PaymentStepException(payment.Id, $"{payment.Id} is {NameOf(payment.State)} and cannot {Verb(facts.Step)}: {refusal}.");
        }

        var next = PaymentRules.Standard.Next(standing, facts);
        var moved = payment with { State = next.State, Updated = record.Time, Host = record.Host };
        return record switch
        {
            ApprovedRecord r => moved with { Charges = r.Charges, DecisionText = r.Decision },
            ClosedRecord r => moved with { Reason = r.Reason, DecisionText = r.Decision.IsEmpty ? payment.DecisionText : r.Decision },
            SigningRecord r => Sign(payment, moved, r),
            ExposedRecord r => moved with { Variants = WithSignature(payment, r), TransactionId = r.TransactionId ?? payment.TransactionId },
            SeenRecord r => moved with { Seen = r.Block, TransactionId = r.Block.TransactionId ?? payment.TransactionId },
            ReorgedRecord => moved with { Seen = null },
            SettledRecord r => moved with
            {
                SettledAt = next.SettledAt,
                Actual = r.Actual,
                TransactionId = r.TransactionId ?? payment.TransactionId,
                ProofText = r.Proof,
            },
            ReleasedRecord r => moved with { Reason = ReasonText(r), ProofText = r.Proof },
            StuckRecord r => moved with { Reason = r.Reason },
            _ => throw new ArgumentOutOfRangeException(nameof(record)),
        };
    }

    /// <summary>What the rules look at.</summary>
    internal static Standing StandingOf(Payment payment)
    {
        var expiry = default(Expiry);
        for (var i = 0; i < payment.Variants.Count; i++)
        {
            var own = ExpiryOf(payment.Variants[i]);
            expiry = i == 0 ? own : expiry.Or(own);
        }

        return new(payment.State, payment.Created, payment.Nonce is not null, expiry, payment.SettledAt ?? default);
    }

    /// <summary>The greater of two charges on every counter: of several variants only one can be mined.</summary>
    internal static IReadOnlyList<Charge> Greatest(IReadOnlyList<Charge> held, IReadOnlyList<Charge> other)
    {
        var result = new List<Charge>(held);
        foreach (var charge in other)
        {
            var at = result.FindIndex(c => c.Counter == charge.Counter);
            if (at < 0)
            {
                result.Add(charge);
            }
            else
            {
                result[at] = new(charge.Counter, BigInteger.Max(result[at].Amount, charge.Amount));
            }
        }

        return result;
    }

    /// <summary>What <paramref name="charges"/> take on top of <paramref name="held"/>, counter by counter; empty when nothing.</summary>
    internal static IReadOnlyList<Charge> Beyond(IReadOnlyList<Charge> held, IReadOnlyList<Charge> charges)
    {
        List<Charge>? result = null;
        foreach (var charge in charges)
        {
            var extra = charge.Amount;
            for (var i = 0; i < held.Count; i++)
            {
                if (held[i].Counter == charge.Counter)
                {
                    extra -= held[i].Amount;
                }
            }

            if (extra.Sign > 0)
            {
                (result ??= []).Add(new(charge.Counter, extra));
            }
        }

        return result ?? (IReadOnlyList<Charge>)[];
    }

    /// <summary>The word for a state in messages and in the journal.</summary>
    internal static string NameOf(PaymentState state) => state switch
    {
        PaymentState.Denied => "denied",
        PaymentState.Waiting => "waiting",
        PaymentState.Closed => "closed",
        PaymentState.Reserved => "reserved",
        PaymentState.Signing => "signing",
        PaymentState.Exposed => "exposed",
        PaymentState.Seen => "seen",
        PaymentState.Stuck => "stuck",
        PaymentState.Settled => "settled",
        PaymentState.Released => "released",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static Expiry ExpiryOf(SignedVariant variant) => new(variant.ExpiresAt, variant.ExpiresAfterHeight);

    private static StepFacts FactsOf(Payment payment, StepRecord record) => record switch
    {
        ApprovedRecord => new(PaymentStep.Approve),
        ClosedRecord => new(PaymentStep.Close),
        SigningRecord r => new(r.Variant.Purpose == VariantPurpose.Payment ? PaymentStep.Sign : PaymentStep.Replace)
        {
            WithNonce = r.Nonce is not null,
            Expiry = ExpiryOf(r.Variant),
        },
        ExposedRecord => new(PaymentStep.Expose),
        SeenRecord => new(PaymentStep.See),
        ReorgedRecord => new(PaymentStep.Reorg),
        SettledRecord r => new(PaymentStep.Settle) { FinalizedAt = r.FinalizedAt },
        ReleasedRecord r => new(PaymentStep.Release)
        {
            Reason = r.Reason,
            FinalizedAt = r.FinalizedAt,
            FinalizedHeight = r.FinalizedHeight,
            NonceTakenByOther = IsTransactionHash(r.ConsumedBy) && !IsOwn(payment, r.ConsumedBy!),
        },
        StuckRecord => new(PaymentStep.Stick),
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    /// <summary>A phrase names no transaction: 0x and 32 bytes in hexadecimal do. Only EVM accounts have nonces that others can take.</summary>
    private static bool IsTransactionHash(string? text) =>
        text is { Length: 66 } && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.AsSpan(2).IndexOfAnyExcept(s_hexDigits) < 0;

    private static bool IsOwn(Payment payment, string transactionId)
    {
        foreach (var variant in payment.Variants)
        {
            // A variant whose id is not recorded may be this very transaction: unknown never frees money.
            if (variant.TransactionId is null || string.Equals(variant.TransactionId, transactionId, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static Payment Sign(Payment payment, Payment moved, SigningRecord record)
    {
        var first = record.Variant.Purpose == VariantPurpose.Payment;
        return moved with
        {
            Nonce = first ? record.Nonce : payment.Nonce,
            Variants = [.. payment.Variants, record.Variant],
            Charges = first ? record.Variant.Charges : Greatest(payment.Charges, record.Variant.Charges),
        };
    }

    private static SignedVariant[] WithSignature(Payment payment, ExposedRecord record)
    {
        var variants = payment.Variants.ToArray();
        variants[^1] = variants[^1] with { SignedBytes = record.SignedBytes, TransactionId = record.TransactionId };
        return variants;
    }

    private static string ReasonText(ReleasedRecord record) => record.Reason switch
    {
        ReleaseReason.NeverSigned => "never signed",
        ReleaseReason.Expired => "expired unused",
        ReleaseReason.NonceConsumed => $"nonce taken by {record.ConsumedBy}",
        ReleaseReason.Cancelled => "cancelled on chain",
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    private static string Verb(PaymentStep step) => step switch
    {
        PaymentStep.Approve => "be approved",
        PaymentStep.Close => "be closed",
        PaymentStep.Sign => "be signed",
        PaymentStep.Replace => "be replaced",
        PaymentStep.Expose => "be exposed",
        PaymentStep.See => "be seen",
        PaymentStep.Reorg => "be reorganised",
        PaymentStep.Settle => "be settled",
        PaymentStep.Release => "be released",
        PaymentStep.Stick => "become stuck",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };
}
