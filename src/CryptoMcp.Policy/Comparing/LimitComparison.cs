using CryptoMcp.Money;

namespace CryptoMcp.Policy.Comparing;

/// <summary>Expiry, hard limits, approvals, endpoints and the rules for changes.</summary>
internal static class LimitComparison
{
    public static void Compare(PolicyDocument before, PolicyDocument after, Changes changes)
    {
        changes.Limit(
            "In force until", (DateTimeOffset?)before.Expires, after.Expires, moment =>
                moment.ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture));
        CompareLimits(before.Limits, after.Limits, changes);
        CompareApproval(before.Approval, after.Approval, changes);
        CompareEndpoints(before, after, changes);
        changes.Protection(
            "Wait before a loosening", (TimeSpan?)before.Changes.LoosenWait, after.Changes.LoosenWait, wait => PolicySpan.Format(wait));
        if (!before.Changes.LoosenBy.Order(StringComparer.Ordinal).SequenceEqual(after.Changes.LoosenBy.Order(StringComparer.Ordinal)))
        {
            changes.Raised.Add(
                $"Loosening is approved by {string.Join(", ", after.Changes.LoosenBy)} instead of " +
                $"{string.Join(", ", before.Changes.LoosenBy)}.");
        }

        if (before.Name != after.Name)
        {
            changes.Other.Add($"The policy's name is {after.Name}.");
        }
    }

    private static void CompareLimits(Limits old, Limits now, Changes changes)
    {
        foreach (var chain in old.Fee.Keys.Union(now.Fee.Keys).OrderBy(chain => chain.ToString(), StringComparer.Ordinal))
        {
            var had = old.Fee.TryGetValue(chain, out var was);
            var has = now.Fee.TryGetValue(chain, out var fee);
            if (!has)
            {
                changes.NewlyRefused.Add($"Anything that costs a fee on {chain}.");
            }
            else if (!had)
            {
                changes.NewlyAllowed.Add($"Fees up to {fee} on {chain}.");
            }
            else if (was.Asset.Id != fee.Asset.Id || was.Asset.Decimals != fee.Asset.Decimals)
            {
                changes.Raised.Add($"Largest fee on {chain}: {was} → {fee}.");
            }
            else
            {
                changes.Limit(
                    $"Largest fee on {chain}", (System.Numerics.BigInteger?)was.Units, fee.Units, units =>
                        new Amount(units, fee.Asset).ToString());
            }
        }

        changes.Limit("One signature", old.OneSignature, now.OneSignature, value => value.ToString());
        changes.Limit(
            "Lifetime of authorizations", (TimeSpan?)old.AuthorizationLifetime, now.AuthorizationLifetime, span => PolicySpan.Format(span));
        changes.Limit("Open authorizations", (int?)old.OpenAuthorizations, now.OpenAuthorizations, Number);
        changes.Limit("Open authorizations per host", old.OpenPerHost, now.OpenPerHost, Number);
        changes.Limit(
            "Slippage", (int?)(old.SlippageBasisPoints ?? 0), now.SlippageBasisPoints ?? 0, points => DecimalText.Format(points, 2) + "%");
        changes.Protection("Wait for new payees", old.NewPayeeWait, now.NewPayeeWait, wait => PolicySpan.Format(wait));
        if (old.TokenApproval != now.TokenApproval)
        {
            (now.TokenApproval == TokenApproval.Never ? changes.NewlyRefused : changes.NewlyAllowed).Add(
                "Token allowances for exact amounts.");
        }
    }

    private static void CompareApproval(Approval old, Approval now, Changes changes)
    {
        foreach (var approver in now.By.Except(old.By))
        {
            changes.NewlyAllowed.Add($"Approval by {approver.Id} ({approver.Kind}).");
        }

        foreach (var approver in old.By.Except(now.By))
        {
            changes.NewlyRefused.Add($"Approval by {approver.Id} ({approver.Kind}).");
        }

        changes.Protection("Approvers needed", (int?)old.Need, now.Need, Number);
        changes.Limit("Life of a waiting approval", (TimeSpan?)old.Expires, now.Expires, span => PolicySpan.Format(span));
        changes.Limit("Waiting approvals", (int?)old.MaxWaiting, now.MaxWaiting, Number);
        changes.Protection("Rest after a refusal", old.RestAfterRefusal, now.RestAfterRefusal, span => PolicySpan.Format(span));
    }

    private static void CompareEndpoints(PolicyDocument before, PolicyDocument after, Changes changes)
    {
        foreach (var (chain, endpoints) in after.Rpc.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
        {
            if (!before.Rpc.TryGetValue(chain, out var old))
            {
                changes.NewlyAllowed.Add($"Reading {chain} from {string.Join(", ", endpoints.Urls)}.");
                continue;
            }

            // Who is believed about the chain decides when money counts as spent, so another endpoint is never just a tightening.
            if (endpoints.Urls.Except(old.Urls).Any())
            {
                changes.NewlyAllowed.Add($"Reading {chain} from {string.Join(", ", endpoints.Urls.Except(old.Urls))}.");
            }

            changes.Protection($"Endpoints that have to agree on {chain}", (int?)old.Agree, endpoints.Agree, Number);
            if (old.Final != endpoints.Final)
            {
                (endpoints.Final == "finalized" ? changes.Lowered : changes.Raised).Add(
                    $"Final on {chain}: {old.Final} → {endpoints.Final}.");
            }
        }

        foreach (var chain in before.Rpc.Keys.Except(after.Rpc.Keys))
        {
            changes.NewlyAllowed.Add($"Reading {chain} from the built-in endpoints.");
        }
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
