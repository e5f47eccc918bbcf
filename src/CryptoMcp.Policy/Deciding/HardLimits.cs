using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Deciding;

/// <summary>The section <c>limits</c>: holds whatever the rules and the owner's approval say.</summary>
internal static class HardLimits
{
    /// <summary>"Without limit" as wallets and routers write it: 2^96−1 (UNI, COMP), 2^160−1 (Permit2) and above, 2^64−1 on
    /// Solana.</summary>
    private static readonly BigInteger s_unlimited96 = (BigInteger.One << 96) - 1;

    private static readonly BigInteger s_unlimited160 = (BigInteger.One << 160) - 1;

    public static Refusal? Find(Facts facts, ISpendingView ledger) =>
        FindFee(facts) ?? FindAllowance(facts) ?? FindSize(facts) ?? FindLifetime(facts) ?? FindOpen(facts, ledger) ?? FindSlippage(facts);

    private static Refusal? FindFee(Facts facts)
    {
        if (facts.Fees.Count == 0)
        {
            return null;
        }

        if (!facts.Policy.Limits.Fee.TryGetValue(facts.Spend.Chain, out var cap))
        {
            return new(
                DecisionCodes.FeeNotCapped, "limits.fee",
                $"The policy states no largest fee for {facts.Spend.Chain}, so nothing that costs a fee is signed there.",
                "Ask the owner to add the chain under 'limits.fee', or use another chain.");
        }

        var sum = BigInteger.Zero;
        foreach (var fee in facts.Fees)
        {
            if (fee.Asset.Id != cap.Asset.Id)
            {
                return new(
                    DecisionCodes.FeeNotCapped, "limits.fee",
                    $"A fee is in {fee.Asset.Symbol}, but fees on {facts.Spend.Chain} are capped in {cap.Asset.Symbol}.",
                    "Pay the fee in the chain's own coin.");
            }

            sum += fee.Units;
        }

        return sum <= cap.Units
            ? null
            : new(
                DecisionCodes.FeeTooHigh, "limits.fee",
                $"The fee could be {new Amount(sum, cap.Asset)}, above the cap of {cap} on {facts.Spend.Chain}.",
                "Try again when fees are lower.", $"fee is at most {new Amount(sum, cap.Asset)}, and has to be <= {cap}");
    }

    private static Refusal? FindAllowance(Facts facts)
    {
        foreach (var taken in facts.Taken)
        {
            if (!taken.IsAllowance)
            {
                continue;
            }

            if (facts.Policy.Limits.TokenApproval == TokenApproval.Never)
            {
                return new(
                    DecisionCodes.AllowanceRefused, "limits.tokenApproval", "The policy permits no token allowances.",
                    "Use an operation that moves the tokens itself, or ask the owner to set 'tokenApproval' to 'exact-amount-only'.");
            }

            if (IsUnlimited(taken.Amount))
            {
                return new(
                    DecisionCodes.AllowanceRefused, "built-in.never",
                    "An unlimited allowance is on the fixed list of things that are never signed.",
                    "Allow the exact amount that is needed.");
            }

            if (facts.Compiled.PayeesAt(facts.Spend.Chain, taken.Recipient).Length == 0
                && !(facts.Spend.Operation is not Operations.ApproveToken && facts.Spend.Contract is { } contract
                    && Addresses.AddressText.Same(contract, taken.Recipient)))
            {
                return new(
                    DecisionCodes.SpenderNotListed, "built-in.spender",
                    $"{taken.Recipient} would be allowed to take {taken.Amount}, and is neither a payee nor the contract that is called.",
                    "Ask the owner to list the spender as a payee.");
            }
        }

        return null;
    }

    private static bool IsUnlimited(Amount amount) =>
        amount.Asset.Chain.IsSolana ? amount.Units >= ulong.MaxValue : amount.Units == s_unlimited96 || amount.Units >= s_unlimited160;

    private static Refusal? FindSize(Facts facts)
    {
        if (facts.Policy.Limits.OneSignature is not { } most || facts.IsCancel)
        {
            return null;
        }

        if (facts.TakenValue() is not { } value || facts.FeeValue() is not { } fees)
        {
            return NoValue(facts, "limits.oneSignature");
        }

        return value + fees <= most
            ? null
            : new(
                DecisionCodes.OverSignatureLimit, "limits.oneSignature",
                $"One signature would take {value + fees} with fees, above the limit of {most}.",
                "Pay less at once, or ask the owner to raise 'oneSignature'.",
                $"one signature takes {value + fees}, and has to take <= {most}");
    }

    /// <summary>Some part has no dollar value.</summary>
    public static Refusal NoValue(Facts facts, string rule)
    {
        var symbols = facts.Taken.Select(taken => taken.Amount).Concat(facts.Fees).Where(amount => facts.Value(amount) is null)
            .Select(amount => amount.Asset.Symbol).Distinct();
        var list = string.Join(", ", symbols);
        return new(
            DecisionCodes.NoUsdValue, rule, $"{list} has no dollar value in the policy, so it cannot be spent under a limit in dollars.",
            $"Ask the owner to set 'usdAtLeast' for {list}.");
    }

    private static Refusal? FindLifetime(Facts facts)
    {
        var most = facts.Policy.Limits.AuthorizationLifetime;
        if (facts.Spend.AuthorizationLifetime is not { } lifetime)
        {
            return facts.Spend.Operation == Operations.X402Pay
                ? new(
                    DecisionCodes.LifetimeTooLong, "limits.authorizationLifetime",
                    "It is not known for how long the payment authorization would be valid.",
                    $"Build it to be valid for at most {PolicySpan.Format(most)}.")
                : null;
        }

        return lifetime <= most && lifetime >= TimeSpan.Zero
            ? null
            : new(
                DecisionCodes.LifetimeTooLong, "limits.authorizationLifetime",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The signature would be valid for {(long)lifetime.TotalSeconds} s, and {(long)most.TotalSeconds} s is the most."),
                $"Build it to be valid for at most {PolicySpan.Format(most)}, whatever the server asks for.");
    }

    private static Refusal? FindOpen(Facts facts, ISpendingView ledger)
    {
        if (facts.Spend.AuthorizationLifetime is null || facts.IsCancel)
        {
            return null;
        }

        var limits = facts.Policy.Limits;
        if (ledger.OpenAuthorizations >= limits.OpenAuthorizations)
        {
            return TooManyOpen("limits.openAuthorizations", ledger.OpenAuthorizations, "in all", limits.OpenAuthorizations);
        }

        if (limits.OpenPerHost is { } perHost && facts.Host is { } host && ledger.OpenAt(host) is var open && open >= perHost)
        {
            return TooManyOpen("limits.openPerHost", open, $"at {host}", perHost);
        }

        return null;
    }

    private static Refusal TooManyOpen(string rule, int open, string where, int most) => new(
        DecisionCodes.TooManyOpen, rule,
        string.Create(
            CultureInfo.InvariantCulture, $"{open} authorizations are handed out {where} and not yet seen on chain; {most} is the most."),
        "Wait until one of them is seen on chain or has expired, then try again.");

    private static Refusal? FindSlippage(Facts facts)
    {
        if (facts.Spend.SlippageBasisPoints is not { } slippage)
        {
            return null;
        }

        var most = facts.Policy.Limits.SlippageBasisPoints ?? 0;
        return slippage >= 0 && slippage <= most
            ? null
            : new(
                DecisionCodes.SlippageTooHigh, "limits.slippage",
                $"The bytes accept a slippage of {DecimalText.Format(slippage, 2)}%, and {DecimalText.Format(most, 2)}% is the most.",
                $"Ask for at most {DecimalText.Format(most, 2)}%.");
    }
}
