using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;
using CryptoMcp.Policy.Loading;

namespace CryptoMcp.Policy.Deciding;

/// <summary>What no policy can open, and what has to be known before any rule is asked.</summary>
internal static class BuiltInChecks
{
    private const string NeverList = "built-in.never";

    public static Refusal? Find(Facts facts) =>
        FindNever(facts) ?? FindIdentity(facts) ?? FindEffects(facts) ?? FindRecipients(facts) ?? FindHost(facts);

    private static Refusal? FindNever(Facts facts)
    {
        foreach (var effect in facts.Spend.Effects)
        {
            if (effect is Effect.NeverSigned never)
            {
                return new(
                    DecisionCodes.NeverSigned, NeverList,
                    $"{NeverText.Of(never.Kind)} is on the fixed list of things that are never signed.",
                    "No policy and no approval can open this. Reach the goal in another way, or not at all.", never.Kind.ToString());
            }
        }

        return null;
    }

    private static Refusal? FindIdentity(Facts facts)
    {
        var spend = facts.Spend;
        if (facts.Operation < 0)
        {
            return new(
                DecisionCodes.UnknownOperation, "built-in.operation", $"There is no operation {Shown.Quote(spend.Operation)}.",
                $"Use one of: {string.Join(", ", Operations.All)}.");
        }

        if (facts.Wallet is null || (spend.Account.Chain != spend.Chain))
        {
            return new(
                DecisionCodes.UnknownWallet, "wallets",
                $"{Shown.Quote(spend.Account.ToString())} is no wallet of the policy on {spend.Chain}.",
                $"Pay from one of: {string.Join(", ", facts.Policy.Wallets.Keys)}.");
        }

        if (facts.Now >= facts.Policy.Expires && !facts.IsCancel)
        {
            return new(
                DecisionCodes.PolicyExpired, "expires",
                $"The policy expired at {facts.Policy.Expires:yyyy-MM-dd HH:mm'Z'}; only cancelling is possible.",
                "Ask the owner to apply a new revision of the policy.");
        }

        return null;
    }

    private static Refusal? FindEffects(Facts facts)
    {
        foreach (var effect in facts.Spend.Effects)
        {
            var problem = effect switch
            {
                Effect.Unknown unknown => new Refusal(
                    DecisionCodes.UnknownEffect, "built-in.effects",
                    $"It would do something that cannot be measured: {Shown.Quote(unknown.Description)}.",
                    "Only what is fully understood is signed. Use an operation whose effects are known."),
                Effect.Outflow { Amount: var amount } => FindAsset(facts, amount),
                Effect.Allowance { Amount: var amount } => FindAsset(facts, amount),
                Effect.Fee { Amount: var amount } => FindAsset(facts, amount),
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        if (facts.Spend.Contract is null && HasContract(facts.Spend.Operation))
        {
            return new(
                DecisionCodes.UnknownContract, "built-in.contract", "It is not known which contract or program would be called.",
                "State the contract's address.");
        }

        return facts.IsCancel && !IsCancellation(facts)
            ? new(
                DecisionCodes.NeverSigned, NeverList,
                "This is called a cancellation, but it does more than send nothing to its own account.",
                "Cancel with a zero transfer to oneself at the stuck nonce.")
            : null;
    }

    /// <summary>Operations that call a contract by their nature: without it, budgets for each contract could not be charged.</summary>
    private static bool HasContract(string operation) => operation is
        Operations.ContractCall or Operations.SolProgram or Operations.YieldDeposit or Operations.YieldWithdraw or Operations.ReputationWrite
        or Operations.FacilitatorSettle;

    private static Refusal? FindAsset(Facts facts, Amount amount)
    {
        if (amount.Asset is not { } asset)
        {
            return new(
                DecisionCodes.UnknownAsset, "assets", "An amount without an asset would leave the wallet.",
                "State every effect in an asset of the policy.");
        }

        if (asset.Chain != facts.Spend.Chain)
        {
            return new(
                DecisionCodes.WrongChain, "built-in.chain",
                $"It would move {Shown.Quote(asset.ToString())}, but the signature is for {facts.Spend.Chain}.",
                "Build the signature for the chain that the asset is on.");
        }

        if (!facts.Compiled.TryFindAsset(asset.Id, out var pinned))
        {
            return new(
                DecisionCodes.UnknownAsset, "assets",
                $"{Shown.Quote(asset.Id.ToString())} is not an asset of the policy, and what is not listed does not leave.",
                $"Use one of: {string.Join(", ", facts.Policy.Assets.Keys)}; or ask the owner to list the asset by its contract.");
        }

        return pinned.Decimals != asset.Decimals || pinned.Symbol != asset.Symbol
            ? new(
                DecisionCodes.WrongDecimals, "assets",
                $"The amount is stated in {Shown.Quote(asset.Symbol)} with {asset.Decimals} decimals, but the policy pins " +
                $"{pinned.Symbol} with {pinned.Decimals}.",
                "State the amount with the policy's symbol and decimals.")
            : null;
    }

    private static bool IsCancellation(Facts facts)
    {
        foreach (var taken in facts.Taken)
        {
            if (taken.IsAllowance || !taken.Amount.IsZero || !AddressText.Same(taken.Recipient, facts.Spend.Account.Address))
            {
                return false;
            }
        }

        return facts.Spend.AuthorizationLifetime is null && facts.Spend.Function is null;
    }

    private static Refusal? FindRecipients(Facts facts)
    {
        foreach (var taken in facts.Taken)
        {
            if (!facts.IsCancel && FindRecipient(facts, taken) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static Refusal? FindRecipient(Facts facts, Taken taken)
    {
        var chain = facts.Spend.Chain;
        var shown = Shown.Quote(taken.Recipient);
        if (AddressText.Problem(chain, taken.Recipient) is { } problem)
        {
            return new(
                DecisionCodes.InvalidAddress, "built-in.address", $"{shown} is not an address on {chain}. {problem}",
                "Give the full address as its owner shows it.");
        }

        if (AddressText.IsReserved(taken.Recipient))
        {
            return InvalidRecipient($"{shown} belongs to nobody (zero address, precompile or System program): what is sent there is lost.");
        }

        if (facts.Compiled.IsTokenContract(chain, taken.Recipient))
        {
            return InvalidRecipient($"{shown} is the contract of a token: what is sent there is lost.");
        }

        if (facts.Spend.Operation is Operations.Transfer or Operations.X402Pay or Operations.ApproveToken
            && AddressText.Same(taken.Recipient, facts.Spend.Account.Address))
        {
            return InvalidRecipient($"{shown} is the paying wallet itself.");
        }

        return facts.Compiled.LookAlike(chain, taken.Recipient) is { } known && facts.Compiled.PayeesAt(chain, taken.Recipient).Length == 0
            && facts.Compiled.WalletOf(new(chain, taken.Recipient)) is null
            ? new(
                DecisionCodes.LooksLikeKnown, "built-in.look-alike",
                $"{shown} begins and ends like {known.Name} ({known.Address}) and is another address.",
                $"If {known.Name} is meant, say so by its name. Addresses from a transaction history may be planted there to be mistaken.")
            : null;
    }

    private static Refusal InvalidRecipient(string reason) =>
        new(DecisionCodes.InvalidRecipient, "built-in.recipient", reason,
            "Give the address of the person or contract that is to receive it.");

    private static Refusal? FindHost(Facts facts)
    {
        if (facts.Host is null && (facts.Spend.Host is not null || facts.Spend.Operation == Operations.X402Pay))
        {
            return new(
                DecisionCodes.InvalidHost, "built-in.host",
                facts.Spend.Host is { } given ? $"{Shown.Quote(given)} is not a host name."
                    : "The host that asks for the payment is not known.",
                "Give the host of the resource, without scheme, port or path.");
        }

        if (facts.Host is not { } host || facts.Compiled.PayeesOfHost(host) is not { Count: > 0 } payees)
        {
            return null;
        }

        foreach (var taken in facts.Taken)
        {
            if (!payees.Exists(
                payee => payee.On.TryGetValue(facts.Spend.Chain, out var address) && AddressText.Same(address, taken.Recipient)))
            {
                var names = string.Join(" or ", payees.Select(payee => "payee:" + payee.Name));
                return new(
                    DecisionCodes.HostPayeeMismatch, names,
                    $"{host} may be paid at {names} only, and asks for payment to {taken.Recipient}.",
                    "Do not pay. If the host has a new address, the owner has to change the payee.");
            }
        }

        return null;
    }
}

/// <summary>Names of the fixed list for people.</summary>
internal static class NeverText
{
    public static string Of(Effect.NeverSigned.Entry entry) => entry switch
    {
        Effect.NeverSigned.Entry.RawHash => "A bare hash, or a message that looks like one,",
        Effect.NeverSigned.Entry.EthSign => "eth_sign",
        Effect.NeverSigned.Entry.Eip7702Authorization => "An EIP-7702 authorization, which hands over the whole account,",
        Effect.NeverSigned.Entry.DelegateCall => "A delegate call",
        Effect.NeverSigned.Entry.ContractCreation => "A transaction without recipient, which creates a contract,",
        Effect.NeverSigned.Entry.SetApprovalForAll => "setApprovalForAll",
        Effect.NeverSigned.Entry.IncreaseAllowance => "increaseAllowance",
        Effect.NeverSigned.Entry.OpenEndedPermit => "A permit without an exact amount for one spender",
        Effect.NeverSigned.Entry.DurableNonce => "A transaction under a durable nonce, which never expires,",
        Effect.NeverSigned.Entry.SetAuthority => "SetAuthority",
        Effect.NeverSigned.Entry.Assign => "A change of an account's owner program",
        Effect.NeverSigned.Entry.CloseAccountToOther => "Closing an account in favour of somebody else",
        Effect.NeverSigned.Entry.UnlistedTokenExtension =>
            "A token whose issuer can take it back or run code on transfer, and that is not listed by its mint,",
        Effect.NeverSigned.Entry.UnresolvedLookupTable =>
            "A transaction with addresses from a lookup table that was not resolved at a final slot",
        Effect.NeverSigned.Entry.WrongOrMissingChainId => "A signature for no chain, for every chain or for another chain",
        Effect.NeverSigned.Entry.TypedDataWithoutTemplate => "Typed data that no template explains",
        Effect.NeverSigned.Entry.NonCanonicalBytes => "Data that could be read in more than one way",
        Effect.NeverSigned.Entry.ForeignTransaction => "A transaction that somebody else made and that matches no exact template",
        _ => "This",
    };
}
