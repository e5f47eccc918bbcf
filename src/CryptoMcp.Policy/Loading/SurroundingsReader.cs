using CryptoMcp.Money;

namespace CryptoMcp.Policy.Loading;

/// <summary>The sections <c>approval</c>, <c>rpc</c> and <c>changes</c>.</summary>
internal static class SurroundingsReader
{
    private static readonly string[] s_kinds = ["webauthn", "terminal-passphrase", "hardware-wallet"];

    public static Approval? ReadApproval(ObjectReader root, ReadContext context)
    {
        if (root.Required("approval", "{ \"by\": [ … ], \"expires\": \"10m\", \"maxWaiting\": 3 }") is not { } value
            || ObjectReader.Open(value, context.Mistakes, "by", "need", "expires", "maxWaiting", "restAfterRefusal") is not { } reader)
        {
            return null;
        }

        var approvers = new List<Approver>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        if (reader.Required("by", "[ { \"id\": \"owner-tty\", \"kind\": \"terminal-passphrase\" } ]") is { } by)
        {
            foreach (var item in Read.Items(by, context.Mistakes, "approvers with id and kind"))
            {
                if (ReadApprover(item, context, taken) is { } approver)
                {
                    approvers.Add(approver);
                }
            }
        }

        var need = reader.Integer("need", 1, 64, required: false) ?? 1;
        if (approvers.Count > 0 && need > approvers.Count)
        {
            context.Mistakes.Add(
                reader.Optional("need")!,
                $"{need} approvers are needed, but 'by' lists {approvers.Count}. Nothing could ever be approved.");
        }

        return new()
        {
            By = approvers,
            Need = need,
            Expires = reader.Span("expires", "10m") ?? default,
            MaxWaiting = reader.Integer("maxWaiting", 1, 10) ?? 0,
            RestAfterRefusal = reader.Span("restAfterRefusal", "5m", required: false),
        };
    }

    public static Dictionary<ChainId, RpcEndpoints> ReadRpc(ObjectReader root, ReadContext context)
    {
        var result = new Dictionary<ChainId, RpcEndpoints>();
        if (root.Required("rpc", "{ \"eip155:8453\": { \"urls\": [\"https://…\"], \"agree\": 1 } }") is not { } rpc)
        {
            return result;
        }

        foreach (var entry in Read.Entries(rpc, context.Mistakes, "a chain and its endpoints"))
        {
            if (context.TryChain(entry, out var chain)
                && ObjectReader.Open(entry.Value, context.Mistakes, "urls", "agree", "final") is { } reader)
            {
                result[chain] = ReadEndpoints(reader, context);
            }
        }

        return result;
    }

    public static PolicyChanges? ReadChanges(ObjectReader root, ReadContext context, Approval? approval)
    {
        if (root.Required("changes", "{ \"tighten\": \"now\", \"loosen\": { \"wait\": \"24h\", \"by\": [ … ] } }") is not { } value
            || ObjectReader.Open(value, context.Mistakes, "tighten", "loosen") is not { } reader)
        {
            return null;
        }

        if (reader.Text("tighten", "\"now\"") is { } tighten && tighten != "now")
        {
            context.Mistakes.Add(reader.Optional("tighten")!, "Tightening takes effect at once. Write \"now\".");
        }

        if (reader.Required("loosen", "{ \"wait\": \"24h\", \"by\": [ … ] }") is not { } loosenValue
            || ObjectReader.Open(loosenValue, context.Mistakes, "wait", "by") is not { } loosen)
        {
            return null;
        }

        var by = new List<string>();
        if (loosen.Required("by", "[\"owner-key\"]") is { } names)
        {
            foreach (var item in Read.Items(names, context.Mistakes, "ids of approvers"))
            {
                if (Read.Text(item, context.Mistakes, "\"owner-key\"") is not { } id)
                {
                    continue;
                }

                if (approval is not null && !approval.By.Any(approver => approver.Id == id))
                {
                    context.Mistakes.Add(item, $"{Shown.Quote(id)} is not among the approvers in 'approval.by'.");
                }

                by.Add(id);
            }
        }

        return new(loosen.Span("wait", "24h") ?? default, by);
    }

    private static Approver? ReadApprover(JsonAt item, ReadContext context, HashSet<string> taken)
    {
        if (ObjectReader.Open(item, context.Mistakes, "id", "kind", "credential") is not { } reader)
        {
            return null;
        }

        var id = context.Id(reader, taken, "approver");
        var kind = reader.Text("kind", "\"webauthn\"");
        if (kind is not null && Array.IndexOf(s_kinds, kind) < 0)
        {
            context.Mistakes.Add(
                reader.Optional("kind")!, $"{Shown.Quote(kind)} is not a way to approve. Write one of: {string.Join(", ", s_kinds)}.");
        }

        return id is null || kind is null ? null : new(id, kind, reader.Text("credential", "\"b64u:…\"", required: false));
    }

    private static RpcEndpoints ReadEndpoints(ObjectReader reader, ReadContext context)
    {
        var urls = new List<Uri>();
        if (reader.Required("urls", "[\"https://…\"]") is { } list)
        {
            foreach (var item in Read.Items(list, context.Mistakes, "URLs of endpoints"))
            {
                if (Read.Text(item, context.Mistakes, "\"https://…\"") is not { } text)
                {
                    continue;
                }

                if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
                    || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) || url.UserInfo.Length > 0)
                {
                    context.Mistakes.Add(
                        item, "An endpoint is an https URL without user name; http is for this machine only, such as " +
                            "http://127.0.0.1:8545.");
                }
                else if (urls.Contains(url))
                {
                    context.Mistakes.Add(item, "This endpoint is listed already. One endpoint cannot agree with itself.");
                }
                else
                {
                    urls.Add(url);
                }
            }
        }

        var agree = reader.Integer("agree", 1, 16) ?? 1;
        if (urls.Count > 0 && agree > urls.Count)
        {
            context.Mistakes.Add(
                reader.Optional("agree")!,
                $"{agree} endpoints have to agree, but 'urls' lists {urls.Count}. Add endpoints or lower the number.");
        }

        var final = reader.Text("final", "\"finalized\"", required: false) ?? "finalized";
        if (final is not ("finalized" or "safe"))
        {
            context.Mistakes.Add(reader.Optional("final")!, "Write \"finalized\" or \"safe\".");
        }

        return new() { Urls = urls, Agree = agree, Final = final };
    }
}
