using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>One way to pay that a seller offers: an entry of <c>accepts</c>.</summary>
public sealed record PaymentRequirements
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>How it is paid: <c>exact</c>, <c>upto</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The network as the seller wrote it: CAIP-2 in version 2, a name in version 1. See <see cref="X402Networks"/>.</summary>
    public required string Network { get; init; }

    /// <summary>Atomic units: exact for <c>exact</c>, a ceiling for <c>upto</c>.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>Token contract or mint.</summary>
    public required string Asset { get; init; }

    /// <summary>Who is paid.</summary>
    public required string PayTo { get; init; }

    /// <summary>How long the seller may take to settle. Not judged here: zero, negative and absurd values are read.</summary>
    public required long MaxTimeoutSeconds { get; init; }

    /// <summary>The entry as received. It is sent back unchanged, since the seller compares it key by key.</summary>
    public required JsonElement Json { get; init; }

    /// <summary><c>extra.assetTransferMethod</c>: absent means <c>eip3009</c> on EVM.</summary>
    public string? TransferMethod => Extra("assetTransferMethod");

    /// <summary><c>extra.paymentFlow</c>: absent means <c>authorization</c>, settled after the work.</summary>
    public string? PaymentFlow => Extra("paymentFlow");

    /// <summary>A text in <c>extra</c>; null when there is none, also when it is something else than text.</summary>
    public string? Extra(string name) => ExtraNode(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>True when <c>extra</c> has this member and it is not null, whatever it is.</summary>
    public bool HasExtra(string name) => ExtraNode(name) is not null;

    /// <summary>Reads one entry.</summary>
    /// <param name="json">The entry.</param>
    /// <param name="version">1 or 2.</param>
    /// <exception cref="X402FormatException">A member is missing or of the wrong kind.</exception>
    public static PaymentRequirements Read(JsonElement json, int version)
    {
        var members = new WireObject(json, "offer");
        CheckExtra(members);
        return new()
        {
            Version = version,
            Scheme = members.Text("scheme"),
            Network = members.Text("network"),
            Amount = members.Units(version == 1 ? "maxAmountRequired" : "amount"),
            Asset = members.Text("asset"),
            PayTo = members.Text("payTo"),
            MaxTimeoutSeconds = members.WholeNumber("maxTimeoutSeconds"),
            Json = json,
        };
    }

    /// <summary>A seller's own offer.</summary>
    /// <param name="version">1 or 2.</param>
    /// <param name="scheme">As <see cref="Scheme"/>.</param>
    /// <param name="network">As <see cref="Network"/>.</param>
    /// <param name="amount">As <see cref="Amount"/>.</param>
    /// <param name="asset">As <see cref="Asset"/>.</param>
    /// <param name="payTo">As <see cref="PayTo"/>.</param>
    /// <param name="maxTimeoutSeconds">At least 1.</param>
    /// <param name="extra">Texts for <c>extra</c>, such as the token's EIP-712 name and version.</param>
    /// <param name="resource">What is sold; version 1 repeats it in each entry.</param>
    public static PaymentRequirements Create(int version, string scheme, string network, BigInteger amount, string asset, string payTo,
        int maxTimeoutSeconds, IReadOnlyDictionary<string, string>? extra = null, ResourceInfo? resource = null) =>
        Read(WireJson.Parse(WireJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("scheme", scheme);
            writer.WriteString("network", network);
            writer.WriteString(version == 1 ? "maxAmountRequired" : "amount", amount.ToString(CultureInfo.InvariantCulture));
            if (version == 1)
            {
                writer.WriteString("resource", resource?.Url ?? "");
                writer.WriteString("description", resource?.Description ?? "");
                writer.WriteString("mimeType", resource?.MimeType ?? "");
            }

            writer.WriteString("asset", asset);
            writer.WriteString("payTo", payTo);
            writer.WriteNumber("maxTimeoutSeconds", maxTimeoutSeconds);
            if (extra is not null)
            {
                writer.WriteStartObject("extra");
                foreach (var (name, value) in extra)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        })), version);

    /// <summary>
    /// Whether a payer sent this offer back as it must: every member deeply equal, except that <c>extra</c> may hold more,
    /// and that the dynamic members of Solana's <c>extra</c> may differ.
    /// </summary>
    public bool IsEchoedBy(PaymentRequirements accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        return Contains(accepted.Json, Json, apart: "extra") && Contains(Json, accepted.Json, apart: "extra")
            && (ExtraObject(Json) is not { } mine
                || (ExtraObject(accepted.Json) is { } theirs && Contains(theirs, mine, "recentBlockhash", "lastValidBlockHeight", "recentSlot")));
    }

    private static bool Contains(JsonElement whole, JsonElement part, params ReadOnlySpan<string> apart)
    {
        foreach (var member in part.EnumerateObject())
        {
            if (!apart.Contains(member.Name)
                && !(whole.TryGetProperty(member.Name, out var value) && JsonElement.DeepEquals(value, member.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private static JsonElement? ExtraObject(JsonElement offer) =>
        offer.TryGetProperty("extra", out var extra) && extra.ValueKind == JsonValueKind.Object ? extra : null;

    private static void CheckExtra(WireObject members)
    {
        if (members.OptionalObject("extra") is not { } extra)
        {
            return;
        }

        // Read once here, so that half a character cannot throw where it is used.
        foreach (var member in extra.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String)
            {
                new WireObject(extra, "extra").OptionalText(member.Name);
            }
        }
    }

    private JsonElement? ExtraNode(string name) =>
        ExtraObject(Json) is { } extra && extra.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
