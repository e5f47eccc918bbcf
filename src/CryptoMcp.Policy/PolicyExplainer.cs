using System.Globalization;
using System.Text;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>A policy in plain English.</summary>
public static class PolicyExplainer
{
    /// <summary>Text of a few short paragraphs, in the order in which a decision is made; lines end in <c>\n</c>.</summary>
    public static string Explain(PolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var text = new StringBuilder();
        Line(text,
            $"{policy.Name} (revision {policy.Revision}), in force until {policy.Expires:yyyy-MM-dd HH:mm} UTC. After that, only " +
            $"cancelling is possible.");
        Section(text, "Wallets", policy.Wallets.Select(wallet => $"{wallet.Key}: {wallet.Value}"));
        Section(text, "What can leave a wallet (nothing else can)", policy.Assets.Values.Select(Asset));
        Section(text, "Payees", policy.Payees.Values.Select(Payee));
        Section(text, "Refused, whatever else is said", Rules(policy, RuleKind.Forbid));
        Section(text, "Hard limits, which also hold for what the owner approves", LimitLines(policy.Limits));
        Section(text, "Only with the owner's approval", Rules(policy, RuleKind.Ask));
        Section(text, "Allowed without asking, as long as nothing above says otherwise", Rules(policy, RuleKind.Allow));
        Line(text,
            "Everything else is refused. A stuck transaction can always be cancelled within the fee limit, unless a rule forbids " +
            "'cancel' by name.");
        Section(text, "Budgets (every spend has to fit into all of them at once, with what is still pending)",
            policy.Budgets.Select(Explain));
        Section(text, "Approval and changes", Approvals(policy));
        return text.ToString();
    }

    /// <summary>One rule as a sentence.</summary>
    public static string Explain(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var operation = rule.Operation == Operations.Any ? "Everything but cancelling" : Name(rule.Operation);
        var conditions = rule.If is { } found ? string.Join(", and ", Conditions(found, rule.Kind)) : string.Empty;
        var why = rule.Why is { } reason ? $" Why: {reason.TrimEnd('.')}." : string.Empty;
        return $"{operation}{(conditions.Length > 0 ? " if " + conditions : string.Empty)} [{rule.Id}].{why}";
    }

    /// <summary>One budget as a sentence.</summary>
    public static string Explain(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var counts = budget.Unit.Kind is BudgetUnitKind.Payments or BudgetUnitKind.Denials ? string.Empty : budget.Counts switch
        {
            BudgetCounts.Fees => " of fees",
            BudgetCounts.Value => ", fees not counted",
            _ => ", fees included",
        };
        var window = budget.Window is null ? "over the whole life of the wallet" : $"in any {budget.WindowText}";
        var each = budget.Each is { } key ? $" for each {BudgetText.Of(key)}" : string.Empty;
        var full = budget.WhenFull switch
        {
            WhenFull.Ask => "; beyond that the owner is asked",
            WhenFull.Freeze => "; then all spending stops until the owner unfreezes",
            _ => string.Empty,
        };
        return $"At most {budget.LimitText}{counts}, {window}{each}{full} [{budget.Id}].";
    }

    private static IEnumerable<string> Rules(PolicyDocument policy, RuleKind kind) =>
        policy.Rules.Where(rule => rule.Kind == kind).Select(Explain);

    private static IEnumerable<string> Conditions(Conditions conditions, RuleKind kind)
    {
        foreach (var (name, entries, isList) in ConditionText.Of(conditions))
        {
            var list = isList ? Listed(entries) : entries[0];
            yield return name switch
            {
                "wallet" => $"the wallet is {list}",
                "client" => $"the client that asks is {list}",
                "chain" => $"the chain is {list}",
                "asset" => kind == RuleKind.Forbid ? $"any asset that leaves is {list}" : $"every asset that leaves is {list}",
                "amount" => $"the amount is {Words(list)}",
                "to" => kind == RuleKind.Forbid ? $"any recipient is {Recipients(list)}" : $"every recipient is {Recipients(list)}",
                "host" => $"the host is {list}{Unknown(kind)}",
                "scheme" => $"the payment scheme is {list}{Unknown(kind)}",
                "contract" => $"the contract is {list}{Unknown(kind)}",
                "program" => $"the program is {list}{Unknown(kind)}",
                "function" => $"the function is {list}{Unknown(kind)}",
                "loses" => $"what leaves is {Words(list)}",
                "gains" => $"what arrives is {Words(list)}",
                "primaryType" => $"the type of the data is {list}{Unknown(kind)}",
                _ => $"the time is {list}",
            };
        }

        foreach (var (name, test) in conditions.Arguments ?? new Dictionary<string, ArgumentTest>())
        {
            yield return test.Kind switch
            {
                ArgumentTestKind.Self => $"its argument {name} is the wallet itself",
                ArgumentTestKind.Payee => $"its argument {name} is the payee {test.Text}",
                ArgumentTestKind.EqualTo => $"its argument {name} is {test.Text}",
                _ => $"its argument {name} is {Words(test.Bound!.ToString())}",
            };
        }
    }

    /// <summary>A forbid also closes what it cannot judge, which surprises unless it is said.</summary>
    private static string Unknown(RuleKind kind) => kind == RuleKind.Forbid ? " or not known" : string.Empty;

    private static string Listed(IReadOnlyList<string> entries)
    {
        var included = entries.Where(entry => !entry.StartsWith("not ", StringComparison.Ordinal)).ToList();
        var excluded = entries.Where(entry => entry.StartsWith("not ", StringComparison.Ordinal)).Select(entry => entry[4..]).ToList();
        var parts = new[] { string.Join(" or ", included), excluded.Count > 0
            ? $"{(included.Count > 0 ? "but " : string.Empty)}not {string.Join(" or ", excluded)}" : string.Empty };
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string Recipients(string list) => list
        .Replace("payee:*", "any payee", StringComparison.Ordinal).Replace("payee:", "the payee ", StringComparison.Ordinal).Replace(
            "self", "the wallet itself", StringComparison.Ordinal);

    private static string Words(string bound) => bound
        .Replace("<= ", "at most ", StringComparison.Ordinal).Replace(">= ", "at least ", StringComparison.Ordinal)
        .Replace("< ", "less than ", StringComparison.Ordinal).Replace("> ", "more than ", StringComparison.Ordinal);

    private static string Name(string operation) => operation switch
    {
        Operations.Transfer => "A transfer",
        Operations.X402Pay => "An x402 payment",
        Operations.ApproveToken => "A token allowance",
        Operations.ContractCall => "A contract call",
        Operations.SolProgram => "A call of a Solana program",
        Operations.TypedData => "Signing typed data",
        Operations.Message => "Signing a message",
        Operations.YieldDeposit => "A yield deposit",
        Operations.YieldWithdraw => "A yield withdrawal",
        Operations.ReputationWrite => "Writing to a reputation registry",
        Operations.FacilitatorSettle => "Paying the gas of somebody else's x402 payment",
        _ => "Cancelling a stuck transaction",
    };

    private static string Asset(PolicyAsset asset)
    {
        var places = string.Join(
            "; ", asset.On.Values.Select(
                place => place.Id.IsNative ? $"the coin of {place.Chain}" : $"{place.Id.Reference} on {place.Chain}"));
        var value = asset.UsdAtLeast is { } floor ? $"counted as at least {floor} each"
            : "without a dollar value, so not under budgets in dollars";
        return $"{asset.Symbol} ({asset.Decimals} decimals), {value}: {places}";
    }

    private static string Payee(Payee payee)
    {
        var host = payee.Host is { } bound ? $"; {bound} may be paid here only" : string.Empty;
        var label = payee.Label is { } text ? $" ({text})" : string.Empty;
        return $"{payee.Name}{label}: {string.Join("; ", payee.On.Select(place => $"{place.Value} on {place.Key}"))}{host}";
    }

    private static IEnumerable<string> LimitLines(Limits limits)
    {
        foreach (var (chain, fee) in limits.Fee)
        {
            yield return $"A fee of at most {fee} on {chain}.";
        }

        if (limits.OneSignature is { } most)
        {
            yield return $"At most {most} in one signature, fees included.";
        }

        yield return $"Payment authorizations are valid for at most {PolicySpan.Format(limits.AuthorizationLifetime)}; at most " +
            $"{limits.OpenAuthorizations} are open at once"
            + (limits.OpenPerHost is { } perHost ? string.Create(CultureInfo.InvariantCulture, $", {perHost} per host.") : ".");
        yield return limits.TokenApproval == TokenApproval.Never ? "No token allowances."
            : "Token allowances for exact amounts only, to payees or to the contract that is called; they count as spent.";
        yield return limits.SlippageBasisPoints is { } slippage ? $"Slippage of at most {DecimalText.Format(slippage, 2)}%."
            : "No slippage.";
        if (limits.NewPayeeWait is { } wait)
        {
            yield return $"Payments to a new payee need approval for its first {PolicySpan.Format(wait)}.";
        }
    }

    private static IEnumerable<string> Approvals(PolicyDocument policy)
    {
        var approval = policy.Approval;
        yield return $"{approval.Need} of {string.Join(", ", approval.By.Select(by => $"{by.Id} ({by.Kind})"))}, within " +
            $"{PolicySpan.Format(approval.Expires)}; at most {approval.MaxWaiting} wait at once.";
        yield return $"Making this policy stricter takes effect at once; making it looser needs " +
            $"{string.Join(" and ", policy.Changes.LoosenBy)} and waits {PolicySpan.Format(policy.Changes.LoosenWait)}.";
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var list = lines.ToList();
        if (list.Count > 0)
        {
            Line(text, string.Empty);
            Line(text, title + ":");
            list.ForEach(line => Line(text, "- " + line));
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
