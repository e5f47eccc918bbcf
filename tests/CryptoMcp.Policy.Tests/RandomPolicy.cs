using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Tests;

/// <summary>Policies and spends made from a seed, small enough that rules, budgets and limits meet often.</summary>
internal sealed class RandomPolicy
{
    public required List<string> Rules { get; init; }

    public required List<(string Id, int Limit, string Window, string More)> Budgets { get; init; }

    public int FeeMilli { get; set; } = 1;

    public int OneSignature { get; set; } = 60;

    public int Open { get; set; } = 3;

    public string TokenApproval { get; set; } = "exact-amount-only";

    public string NewPayeeWait { get; set; } = "24h";

    public string EtherFloor { get; set; } = "1500";

    public string Hours { get; set; } = "00:00-23:59 Etc/UTC";

    public PolicyDocument Load()
    {
        var rules = string.Join(",\n", Rules.Select((rule, index) => string.Create(CultureInfo.InvariantCulture, $"{{ \"id\": \"r{index}\", {rule} }}")));
        var budgets = string.Join(",\n", Budgets.Select(budget => $"{{ \"id\": \"{budget.Id}\", \"limit\": \"{budget.Limit.ToString(CultureInfo.InvariantCulture)}{budget.More.Split('|')[0]}\", \"window\": \"{budget.Window}\"{budget.More.Split('|')[1]} }}"));
        return Samples.Load($$"""
            { "policy": "cryptomcp/1", "name": "random", "revision": 1, "expires": "2030-01-01T00:00:00Z",
              "wallets": { "main": "{{Samples.Wallet}}" },
              "assets": { "USDC": { "decimals": 6, "usdAtLeast": "1", "on": { "eip155:8453": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" } },
                          "ETH": { "decimals": 18, "usdAtLeast": "{{EtherFloor}}", "on": { "eip155:8453": "native" } } },
              "payees": { "vault": { "on": { "eip155:8453": "{{Samples.OpsVault}}" } }, "weather": { "host": "w.example.com", "on": { "eip155:8453": "{{Samples.Weather}}" } } },
              "budgets": [ {{budgets}} ], "rules": [ {{rules}} ],
              "limits": { "fee": { "eip155:8453": "0.00{{FeeMilli.ToString(CultureInfo.InvariantCulture)}} ETH" }, "oneSignature": "{{OneSignature.ToString(CultureInfo.InvariantCulture)}} USD", "authorizationLifetime": "120s",
                          "openAuthorizations": {{Open.ToString(CultureInfo.InvariantCulture)}}, "tokenApproval": "{{TokenApproval}}", "newPayeeWait": "{{NewPayeeWait}}" },
              "approval": { "by": [ { "id": "tty", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },
              "rpc": { "eip155:8453": { "urls": [ "https://a.example" ], "agree": 1 } },
              "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["tty"] } } }
            """);
    }

    public RandomPolicy Copy() => new()
    {
        Rules = [.. Rules], Budgets = [.. Budgets], FeeMilli = FeeMilli, OneSignature = OneSignature, Open = Open, TokenApproval = TokenApproval,
        NewPayeeWait = NewPayeeWait, EtherFloor = EtherFloor, Hours = Hours,
    };

    public static RandomPolicy Create(Random random)
    {
        var policy = new RandomPolicy { Rules = [], Budgets = [] };
        for (var i = random.Next(2, 7); i > 0; i--)
        {
            policy.Rules.Add(Rule(random, random.Next(6) switch { 0 => "forbid", 1 or 2 => "ask", _ => "allow" }));
        }

        for (var i = random.Next(1, 4); i > 0; i--)
        {
            policy.Budgets.Add(Budget(random, $"b{i}"));
        }

        policy.FeeMilli = random.Next(1, 4);
        policy.OneSignature = random.Next(5, 80);
        policy.Open = random.Next(1, 5);
        return policy;
    }

    public static (string Id, int Limit, string Window, string More) Budget(Random random, string id) => (
        id, random.Next(1, 100), Pick(random, "1h", "24h", "forever"),
        Pick(random, " USD|", " USD|, \"each\": \"host\"", " USD|, \"counts\": \"value\"", " USDC|", " payments|", " USD|, \"whenFull\": \"ask\"", " USD|, \"each\": \"payee\"", " payments|, \"each\": \"contract\""));

    public static string Rule(Random random, string kind)
    {
        var operation = Pick(random, "transfer", "transfer", "x402.pay", "approve-token", "yield.deposit");
        var conditions = new List<string>();
        AddSome(0.6, () => $"\"amount\": \"{Pick(random, "<=", "<", "<=")} {random.Next(1, 60)} {Pick(random, "USDC", "USD")}\"");
        AddSome(0.4, () => $"\"to\": {Pick(random, "\"payee:*\"", "\"payee:vault\"", "\"not payee:vault\"", $"[\"payee:weather\", \"{Samples.Stranger}\"]")}");
        AddSome(0.3, () => $"\"asset\": \"{Pick(random, "USDC", "ETH", "not ETH")}\"");
        AddSome(0.2, () => $"\"client\": \"{Pick(random, "agent", "other")}\"");
        AddSome(0.2, () => $"\"time\": \"{Pick(random, "08:00-20:00 Etc/UTC", "not 10:00-12:00 Europe/Berlin")}\"");
        if (operation == "x402.pay")
        {
            AddSome(0.4, () => $"\"host\": {Pick(random, "\"w.example.com\"", "\"*.example.com\"", "\"not a.example.com\"")}");
            AddSome(0.4, () => $"\"scheme\": \"{Pick(random, "exact", "upto")}\"");
        }
        else if (operation == "yield.deposit")
        {
            AddSome(0.5, () => $"\"contract\": \"eip155:8453/{Samples.Stranger}\"");
            AddSome(0.5, () => "\"function\": \"deposit(uint256 assets, address receiver)\", \"args\": { \"assets\": \"<= 20 USDC\", \"receiver\": \"self\" }");
        }

        if (conditions.Count == 0)
        {
            conditions.Add("\"wallet\": \"main\"");
        }

        return $"\"{kind}\": \"{(kind == "forbid" && random.Next(4) == 0 ? "*" : operation)}\", \"if\": {{ {string.Join(", ", conditions)} }}";

        void AddSome(double probability, Func<string> condition)
        {
            if (random.NextDouble() < probability)
            {
                conditions.Add(condition());
            }
        }
    }

    public static Spend Spend(Random random)
    {
        var operation = Pick(random, "transfer", "transfer", "x402.pay", "x402.pay", "approve-token", "yield.deposit");
        var effects = new List<Effect>();
        for (var i = random.Next(5) == 0 ? 2 : 1; i > 0; i--)
        {
            var amount = random.Next(4) == 0 ? Samples.Amount($"0.00{random.Next(1, 10)} ETH") : Samples.Amount($"{random.Next(1, 70)} USDC");
            var to = Pick(random, Samples.OpsVault, Samples.Weather, Samples.Stranger, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
            effects.Add(operation == "approve-token" ? new Effect.Allowance(amount, to) : new Effect.Outflow(amount, to));
        }

        if (operation != "x402.pay")
        {
            effects.Add(new Effect.Fee(Samples.Amount($"0.000{random.Next(1, 10)} ETH")));
        }

        var pays = operation == "x402.pay";
        var calls = operation == "yield.deposit";
        return new()
        {
            Operation = operation, Account = new(Samples.Base, Samples.Wallet), Client = Pick(random, "agent", "other"), Chain = Samples.Base, Effects = effects,
            Host = pays ? Pick(random, "w.example.com", "a.example.com", "b.example.net") : null,
            Scheme = pays ? Pick(random, "exact", "upto") : null,
            AuthorizationLifetime = pays ? TimeSpan.FromSeconds(Pick(random, "60", "120", "121") is var text ? int.Parse(text, CultureInfo.InvariantCulture) : 0) : null,
            Contract = calls ? Samples.Stranger : null,
            Function = calls ? "deposit(uint256,address)" : null,
            Arguments = calls ? [random.Next(1, 30_000_000).ToString(CultureInfo.InvariantCulture), Pick(random, Samples.Wallet, Samples.Stranger)] : null,
        };
    }

    public static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}

/// <summary>A ledger whose counters depend on a seed and their id alone, so that two policies see the same past.</summary>
internal sealed class SeededBook(int seed) : ISpendingView
{
    public int OpenAuthorizations => seed & 3;

    public int OpenAt(string host) => seed & 1;

    public int KeysOf(string budgetId) => 0;

    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) => (seed & 4) == 0 ? DateTimeOffset.UnixEpoch : Samples.Noon.AddHours(-(seed & 63));

    public Usage UsageOf(BudgetCounter counter)
    {
        // Longer windows never hold less than shorter ones.
        var part = counter.Window is null ? 3 : counter.Window > TimeSpan.FromHours(2) ? 2 : 1;
        return new(BigInteger.Pow(10, counter.Unit.Decimals) * (Math.Abs(seed / 64 % 11) * part), BigInteger.Zero);
    }
}
