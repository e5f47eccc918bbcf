using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>
/// The canonical text of a policy: members in a fixed order, names sorted, rules and budgets in the order of the file.
/// </summary>
internal static class PolicyPrinter
{
    public static byte[] Print(PolicyDocument policy)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(
            buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("policy", PolicyDocument.Format);
            writer.WriteString("name", policy.Name);
            writer.WriteNumber("revision", policy.Revision);
            writer.WriteString("expires", policy.Expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            WriteObject(writer, "wallets", policy.Wallets, (w, address) => w.WriteStringValue(address));
            WriteObject(writer, "assets", policy.Assets, WriteAsset);
            WriteObject(writer, "payees", policy.Payees, WritePayee);
            WriteArray(writer, "budgets", policy.Budgets, WriteBudget);
            WriteArray(writer, "rules", policy.Rules, RulePrinter.Write);
            writer.WritePropertyName("limits");
            WriteLimits(writer, policy.Limits);
            writer.WritePropertyName("approval");
            WriteApproval(writer, policy.Approval);
            WriteObject(writer, "rpc", ByText(policy.Rpc), WriteEndpoints);
            WriteChanges(writer, policy.Changes);
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    public static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static Dictionary<string, T> ByText<T>(IReadOnlyDictionary<ChainId, T> byChain) =>
        byChain.ToDictionary(entry => entry.Key.ToString(), entry => entry.Value);

    private static void WriteObject<T>(
        Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, T> entries, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(key);
            write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteAsset(Utf8JsonWriter writer, PolicyAsset asset)
    {
        writer.WriteStartObject();
        writer.WriteNumber("decimals", asset.Decimals);
        WriteOptional(writer, "usdAtLeast", asset.UsdAtLeast is { } floor ? DecimalText.Format(floor.Units, Usd.Decimals, 2) : null);
        if (asset.Eip712 is { } domain)
        {
            writer.WritePropertyName("eip712");
            WriteDomain(writer, domain);
        }
        else if (asset.Eip712On.Count > 0)
        {
            WriteObject(writer, "eip712", ByText(asset.Eip712On), WriteDomain);
        }

        WriteObject(writer, "on", ByText(asset.On), (w, place) => w.WriteStringValue(place.Id.IsNative ? "native" : place.Id.Reference));
        writer.WriteEndObject();
    }

    private static void WriteDomain(Utf8JsonWriter writer, Eip712Domain domain)
    {
        writer.WriteStartObject();
        writer.WriteString("name", domain.Name);
        writer.WriteString("version", domain.Version);
        writer.WriteEndObject();
    }

    private static void WritePayee(Utf8JsonWriter writer, Payee payee)
    {
        writer.WriteStartObject();
        WriteOptional(writer, "label", payee.Label);
        WriteOptional(writer, "host", payee.Host);
        WriteObject(writer, "on", ByText(payee.On), (w, address) => w.WriteStringValue(address));
        writer.WriteEndObject();
    }

    private static void WriteBudget(Utf8JsonWriter writer, Budget budget)
    {
        writer.WriteStartObject();
        writer.WriteString("id", budget.Id);
        writer.WriteString("limit", budget.LimitText);
        writer.WriteString("window", budget.WindowText);
        WriteOptional(writer, "each", budget.Each is { } each ? BudgetText.Of(each) : null);
        WriteOptional(writer, "counts", budget.Counts == BudgetCounts.ValueAndFees ? null : BudgetText.Of(budget.Counts));
        WriteOptional(writer, "whenFull", budget.WhenFull == WhenFull.Deny ? null : BudgetText.Of(budget.WhenFull));
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, Limits limits)
    {
        writer.WriteStartObject();
        WriteObject(writer, "fee", ByText(limits.Fee), (w, fee) => w.WriteStringValue(fee.ToString()));
        WriteOptional(writer, "oneSignature", limits.OneSignature?.ToString());
        writer.WriteString("authorizationLifetime", PolicySpan.Format(limits.AuthorizationLifetime));
        writer.WriteNumber("openAuthorizations", limits.OpenAuthorizations);
        if (limits.OpenPerHost is { } perHost)
        {
            writer.WriteNumber("openPerHost", perHost);
        }

        writer.WriteString("tokenApproval", limits.TokenApproval == TokenApproval.Never ? "never" : "exact-amount-only");
        WriteOptional(writer, "slippage", limits.SlippageBasisPoints is { } slippage ? DecimalText.Format(slippage, 2) + "%" : null);
        WriteOptional(writer, "newPayeeWait", limits.NewPayeeWait is { } wait ? PolicySpan.Format(wait) : null);
        writer.WriteEndObject();
    }

    private static void WriteApproval(Utf8JsonWriter writer, Approval approval)
    {
        writer.WriteStartObject();
        WriteArray(writer, "by", approval.By, (w, approver) =>
        {
            w.WriteStartObject();
            w.WriteString("id", approver.Id);
            w.WriteString("kind", approver.Kind);
            WriteOptional(w, "credential", approver.Credential);
            w.WriteEndObject();
        });
        writer.WriteNumber("need", approval.Need);
        writer.WriteString("expires", PolicySpan.Format(approval.Expires));
        writer.WriteNumber("maxWaiting", approval.MaxWaiting);
        WriteOptional(writer, "restAfterRefusal", approval.RestAfterRefusal is { } rest ? PolicySpan.Format(rest) : null);
        writer.WriteEndObject();
    }

    private static void WriteEndpoints(Utf8JsonWriter writer, RpcEndpoints endpoints)
    {
        writer.WriteStartObject();
        WriteArray(writer, "urls", endpoints.Urls, (w, url) => w.WriteStringValue(url.AbsoluteUri));
        writer.WriteNumber("agree", endpoints.Agree);
        writer.WriteString("final", endpoints.Final);
        writer.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter writer, PolicyChanges changes)
    {
        writer.WriteStartObject("changes");
        writer.WriteString("tighten", "now");
        writer.WriteStartObject("loosen");
        writer.WriteString("wait", PolicySpan.Format(changes.LoosenWait));
        WriteArray(writer, "by", changes.LoosenBy, (w, id) => w.WriteStringValue(id));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

/// <summary>Words of the section <c>budgets</c>.</summary>
internal static class BudgetText
{
    public static string Of(BudgetKey key) => key switch
    {
        BudgetKey.Host => "host",
        BudgetKey.Payee => "payee",
        BudgetKey.Client => "client",
        BudgetKey.Wallet => "wallet",
        BudgetKey.Asset => "asset",
        BudgetKey.Chain => "chain",
        _ => "contract",
    };

    public static string Of(BudgetCounts counts) => counts switch
    {
        BudgetCounts.Value => "value",
        BudgetCounts.Fees => "fees",
        _ => "value+fees",
    };

    public static string Of(WhenFull whenFull) => whenFull switch
    {
        WhenFull.Ask => "ask",
        WhenFull.Freeze => "freeze",
        _ => "deny",
    };
}
