using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation.Tests;

/// <summary>Vectors recorded with the published byte code of the registries: every call, return, event and revert of them.</summary>
public sealed class VectorTests
{
    private static readonly JsonNode s_file = Load();

    private static readonly Dictionary<string, AbiFunction> s_functions = Functions();

    private static readonly AbiEvent[] s_events =
    [
        IdentityRegistry.Registered, IdentityRegistry.MetadataSet, IdentityRegistry.UriUpdated, IdentityRegistry.Transfer, IdentityRegistry.Approval,
        IdentityRegistry.ApprovalForAll, AbiEvent.Parse("event MetadataUpdate(uint256 tokenId)"), ReputationRegistry.NewFeedback,
        ReputationRegistry.FeedbackRevoked, ReputationRegistry.ResponseAppended, ValidationRegistry.ValidationRequest, ValidationRegistry.ValidationResponse,
    ];

    public static TheoryData<string> Named(string list, string having)
    {
        var names = new TheoryData<string>();
        foreach (var vector in s_file[list]!.AsArray())
        {
            if (vector![having] is not null)
            {
                names.Add(vector["name"]!.GetValue<string>());
            }
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Named), "vectors", "call")]
    public void A_read_is_encoded_and_its_answer_decoded_exactly(string name)
    {
        var vector = Vector("vectors", name);
        var function = s_functions[vector["call"]!.GetValue<string>()];
        var arguments = vector["args"]!.AsArray().Select((argument, i) => Value(function.Inputs[i].Type, argument!)).ToArray();

        Assert.Equal(vector["calldata"]!.GetValue<string>(), Hex.Format(function.Encode(arguments)));
        var decoded = function.DecodeResult(Hex.ParseData(vector["returns"]!.GetValue<string>()));
        var shown = new JsonArray([.. decoded.Select((value, i) => Shown(value, function.Outputs[i].Type, vector["decoded"]!.AsArray()[i]))]);
        Assert.Equal(vector["decoded"]!.ToJsonString(), shown.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Named), "vectors", "from")]
    public void A_transaction_is_encoded_the_same_and_its_logs_decoded_exactly(string name)
    {
        var vector = Vector("vectors", name);
        var function = s_functions[vector["function"]!.GetValue<string>()];
        var calldata = vector["calldata"]!.GetValue<string>();

        var arguments = function.DecodeArguments(Hex.ParseData(calldata));
        Assert.Equal(calldata, Hex.Format(function.Encode(arguments)));

        foreach (var log in vector["logs"]!.AsArray())
        {
            var expected = log!["decoded"]!;
            var found = Log(log);
            var known = s_events.Single(candidate => candidate.TryDecode(found, out _));
            Assert.True(known.TryDecode(found, out var values));
            Assert.Equal(expected["name"]!.GetValue<string>(), known.Name);
            for (var i = 0; i < values.Length; i++)
            {
                var wanted = expected["args"]!.AsArray()[i]!;
                Assert.Equal(wanted.ToJsonString(), Shown(values[i], known.Parameters[i].Type, wanted)!.ToJsonString());
            }

            if (known == ReputationRegistry.NewFeedback)
            {
                Assert.True(FeedbackLog.TryRead(found, _ => null, out var entry));
                Assert.Equal(values[3].AsNumber(), entry!.Value.Raw);
                Assert.Equal(values[6].AsText(), entry.UntrustedTag1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Named), "reverts", "data")]
    public void A_revert_is_explained_in_our_own_words(string name)
    {
        var vector = Vector("reverts", name);
        var data = Hex.ParseData(vector["data"]!.GetValue<string>());

        var means = RegistryRevert.Explain(data);

        Assert.EndsWith(".", means, StringComparison.Ordinal);
        Assert.DoesNotContain("The contract refused", means, StringComparison.Ordinal);
        if (data.Length == 0)
        {
            Assert.Contains("without a reason", means, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("identity", 32, 12)]
    [InlineData("reputation", 18, 6)]
    [InlineData("validation", 15, 5)]
    public void Selectors_and_topics_are_those_of_the_registries(string registry, int functions, int events)
    {
        var selectors = s_file["selectors"]![registry]!;
        Assert.Equal(functions, selectors["functions"]!.AsObject().Count);
        Assert.Equal(events, selectors["events"]!.AsObject().Count);
        foreach (var (signature, selector) in selectors["functions"]!.AsObject())
        {
            Assert.Equal(selector!.GetValue<string>(), Hex.Format(AbiFunction.Parse(signature).Selector));
        }

        foreach (var (signature, topic) in selectors["events"]!.AsObject())
        {
            Assert.Equal(topic!.GetValue<string>(), AbiEvent.Parse(signature).Topic.ToString());
        }
    }

    [Fact]
    public void Our_own_functions_and_events_are_among_them()
    {
        var known = new[] { "identity", "reputation", "validation" }
            .SelectMany(registry => new[] { "functions", "events" }.SelectMany(kind => s_file["selectors"]![registry]![kind]!.AsObject().Select(entry => entry.Key)))
            .ToHashSet();

        Assert.All(s_functions.Values.Where(function => function.Inputs.Count > 0), function => Assert.Contains(function.Signature, known));
        Assert.All(s_events, declared => Assert.Contains(declared.Signature, known));
    }

    [Fact]
    public void A_wallet_binding_is_signed_as_the_registry_checks_it()
    {
        var vector = s_file["eip712"]!;
        var message = vector["message"]!;
        var typed = IdentityRegistry.WalletSet(
            RegistryChain.Set, message["agentId"]!.GetValue<int>(), EvmAddress.Parse(message["newWallet"]!.GetValue<string>()),
            EvmAddress.Parse(message["owner"]!.GetValue<string>()), message["deadline"]!.GetValue<ulong>());

        Assert.Equal(vector["domainSeparator"]!.GetValue<string>(), typed.Domain.Separator().ToString());
        Assert.Equal(vector["digest"]!.GetValue<string>(), typed.Digest().ToString());
        var signature = Hex.ParseData(vector["signature"]!.GetValue<string>());
        signature[64] -= 27;
        var key = new byte[64];
        Assert.True(Secp256k1.TryRecover(typed.Digest().ToArray(), signature, key));
        Assert.Equal(message["newWallet"]!.GetValue<string>(), EvmAddress.FromPublicKey(key).ToString());
    }

    [Fact]
    public void A_feedback_file_hashes_over_its_exact_bytes()
    {
        var file = s_file["feedbackFile"]!;

        Assert.Equal(file["keccak256"]!.GetValue<string>(), Hash32.Keccak(Encoding.UTF8.GetBytes(file["content"]!.GetValue<string>())).ToString());
    }

    [Theory]
    [InlineData("99.77", 9977, 2)]
    [InlineData("-3.2", -32, 1)]
    [InlineData("87", 87, 0)]
    [InlineData("87.000", 87, 0)]
    [InlineData("0.1234567890123456785", 123456789012345679, 18)]
    [InlineData("0", 0, 0)]
    public void Decimal_text_becomes_a_value(string text, long raw, int decimals) =>
        Assert.Equal(new FeedbackValue(raw, decimals), FeedbackValue.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1e3")]
    [InlineData("1.")]
    [InlineData("+1")]
    [InlineData("0x10")]
    [InlineData("100000000000000000000000000000000000001")]
    public void Other_text_becomes_none(string text) => Assert.Throws<Money.MoneyFormatException>(() => FeedbackValue.Parse(text));

    internal static EventLog Log(JsonNode log) => new(
        EvmAddress.Parse(log["address"]!.GetValue<string>()),
        [.. log["topics"]!.AsArray().Select(topic => Hash32.Parse(topic!.GetValue<string>()))],
        Hex.ParseData(log["data"]!.GetValue<string>()),
        1, default(Hash32), default(Hash32), 0, false);

    private static JsonNode Vector(string list, string name) => s_file[list]!.AsArray().Single(vector => vector!["name"]!.GetValue<string>() == name)!;

    private static JsonNode Load()
    {
        using var stream = typeof(VectorTests).Assembly.GetManifestResourceStream("reputation-vectors.json")!;
        return JsonNode.Parse(stream)!;
    }

    private static Dictionary<string, AbiFunction> Functions()
    {
        AbiFunction[] all =
        [
            IdentityRegistry.Register, IdentityRegistry.RegisterUri, IdentityRegistry.RegisterWithMetadata, IdentityRegistry.SetAgentUri,
            IdentityRegistry.SetMetadata, IdentityRegistry.GetMetadata, IdentityRegistry.GetAgentWallet, IdentityRegistry.SetAgentWallet,
            IdentityRegistry.UnsetAgentWallet, IdentityRegistry.GetVersion, IdentityRegistry.OwnerOf, IdentityRegistry.TokenUri,
            IdentityRegistry.GetApproved, IdentityRegistry.SetApprovalForAll, IdentityRegistry.TransferFrom, ReputationRegistry.GiveFeedback,
            ReputationRegistry.RevokeFeedback, ReputationRegistry.AppendResponse, ReputationRegistry.GetSummary, ReputationRegistry.ReadFeedback,
            ReputationRegistry.ReadAllFeedback, ReputationRegistry.GetResponseCount, ReputationRegistry.GetClients, ReputationRegistry.GetLastIndex,
            ReputationRegistry.GetIdentityRegistry, ValidationRegistry.ValidationRequestFunction, ValidationRegistry.ValidationResponseFunction,
            ValidationRegistry.GetValidationStatus, ValidationRegistry.GetSummary, ValidationRegistry.GetAgentValidations,
            ValidationRegistry.GetValidatorRequests,
            AbiFunction.Parse("function name() returns (string)"),
            AbiFunction.Parse("function supportsInterface(bytes4 id) returns (bool)"),
            AbiFunction.Parse("function eip712Domain() returns (bytes1, string, string, uint256, address, bytes32, uint256[])"),
        ];
        return all.ToDictionary(function => function.Signature);
    }

    private static AbiValue Value(AbiType type, JsonNode text) => type.Kind switch
    {
        AbiKind.Address => EvmAddress.Parse(text.GetValue<string>()),
        AbiKind.Flag => text.GetValue<bool>(),
        AbiKind.Text => text.GetValue<string>(),
        AbiKind.Bytes or AbiKind.FixedBytes => Hex.ParseData(text.GetValue<string>()),
        AbiKind.List => AbiValue.List([.. text.AsArray().Select(item => Value(type.Element!, item!))]),
        _ => BigInteger.Parse(text.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
    };

    /// <summary>As the vectors show values: numbers as text; bytes that stand for text as that text.</summary>
    private static JsonNode? Shown(AbiValue value, AbiType type, JsonNode? like) => type.Kind switch
    {
        AbiKind.Flag => value.AsFlag(),
        AbiKind.Address => value.AsAddress().ToString(),
        AbiKind.Text when like is JsonObject => new JsonObject { ["hash"] = value.AsHash().ToString(), ["_isIndexed"] = true },
        AbiKind.Text => value.AsText(),
        AbiKind.Bytes when !like!.ToString().StartsWith("0x", StringComparison.Ordinal) => Encoding.UTF8.GetString(value.AsBytes()),
        AbiKind.Bytes or AbiKind.FixedBytes => Hex.Format(value.AsBytes()),
        AbiKind.List => new JsonArray([.. value.Items.Select((item, i) => Shown(item, type.Element!, like!.AsArray()[i]))]),
        _ => value.AsNumber().ToString(CultureInfo.InvariantCulture),
    };
}
