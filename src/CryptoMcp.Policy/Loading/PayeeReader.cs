using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>The section <c>payees</c>.</summary>
internal static class PayeeReader
{
    public static void ReadAll(ObjectReader root, ReadContext context)
    {
        if (root.Optional("payees") is not { } payees)
        {
            return;
        }

        foreach (var entry in Read.Entries(payees, context.Mistakes, "a payee's name and its addresses", mayBeEmpty: true))
        {
            context.CheckName(entry);
            if (ObjectReader.Open(entry.Value, context.Mistakes, "on", "label", "host") is { } reader)
            {
                context.Payees[entry.Name] = ReadOne(entry.Name, reader, context);
            }
        }
    }

    private static Payee ReadOne(string name, ObjectReader reader, ReadContext context)
    {
        var on = new Dictionary<ChainId, string>();
        if (reader.Required("on", "{ \"eip155:8453\": \"0x…\" }") is { } places)
        {
            foreach (var place in Read.Entries(places, context.Mistakes, "a chain and the payee's address there"))
            {
                if (!context.TryChain(place, out var chain) || context.Address(place.Value, chain) is not { } address)
                {
                    continue;
                }

                if (Unpayable(chain, address, context) is { } problem)
                {
                    context.Mistakes.Add(place.Value, problem);
                }

                on[chain] = address;
            }
        }

        var host = reader.Text("host", "\"api.example.com\"", required: false);
        if (host is not null && !Grammar.IsHost(host))
        {
            context.Mistakes.Add(reader.Optional("host")!, $"{Shown.Quote(host)} is not a host. {ConditionReader.HostForm}");
        }

        return new() { Name = name, Label = context.Plain(reader, "label", 80), Host = host, On = on };
    }

    private static string? Unpayable(ChainId chain, string address, ReadContext context)
    {
        if (AddressText.IsReserved(address))
        {
            return "Nobody owns this address (zero address, precompile or System program), so it cannot be a payee.";
        }

        if (context.Wallets.Values.Any(wallet => AddressText.Same(wallet, address)))
        {
            return "This is one of the policy's own wallets, which cannot be a payee. Rules write 'self' for them.";
        }

        return context.Assets.Values.Any(
            asset => asset.On.TryGetValue(chain, out var token) && AddressText.Same(token.Id.Reference, address))
            ? "This is the contract of a token. What is sent there is lost, so it cannot be a payee."
            : null;
    }
}
