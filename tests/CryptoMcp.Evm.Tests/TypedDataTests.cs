using System.Text;
using System.Text.Json.Nodes;

namespace CryptoMcp.Evm.Tests;

public sealed class TypedDataTests
{
    private const string Mail = """
        {
          "types": {
            "EIP712Domain": [{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
            "Person": [{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
            "Mail": [{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]
          },
          "primaryType": "Mail",
          "domain": {"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
          "message": {
            "from": {"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
            "to": {"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
            "contents": "Hello, Bob!"
          }
        }
        """;

    [Fact]
    public void Digests_match_ethers()
    {
        foreach (var testCase in Vectors.Load("eip712", 1025))
        {
            var json = new JsonObject
            {
                ["types"] = testCase["types"]!.DeepClone(),
                ["primaryType"] = testCase["primaryType"]!.DeepClone(),
                ["domain"] = testCase["domain"]!.DeepClone(),
                ["message"] = testCase["data"]!.DeepClone(),
            };
            var typed = Parse(json.ToJsonString());
            Assert.Equal(testCase.Text("encoded"), Hex.Format(typed.Types.EncodeData(typed.PrimaryType, typed.Message)));
            Assert.Equal(testCase.Text("digest"), typed.Digest().ToString());
            if (testCase.TextOrNull("privateKey") is { } key)
            {
                Assert.Equal(testCase.Text("signature"), Signing.Text(Signing.Sign(typed.Digest(), Hex.ParseData(key))));
            }
        }
    }

    [Fact]
    public void The_example_of_the_eip_matches()
    {
        var typed = Parse(Mail);
        Assert.Equal("Mail(Person from,Person to,string contents)Person(string name,address wallet)", typed.Types.EncodeType("Mail"));
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", typed.Domain.Separator().ToString());
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", typed.StructHash().ToString());
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", typed.Digest().ToString());
    }

    [Fact]
    public void A_payment_authorization_on_base_sepolia_matches_the_token()
    {
        // Digest and signature as viem and ethers make them for this key.
        Assert.True(EvmChains.BuiltIn.Find("base-sepolia").TryFindToken("USDC", out var usdc));
        var domain = Eip712Domain.Of(usdc)!;
        Assert.Equal("0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818", domain.Separator().ToString());
        var typed = TypedData.Create(
            domain,
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)",
            EvmAddress.Parse("0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
            EvmAddress.Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
            10_000,
            0,
            4_102_444_800,
            Hash32.Parse("0x1111111111111111111111111111111111111111111111111111111111111111"));
        Assert.Equal("0x1a96bc744eb285e6f6c4201df5b8eb548595c5902c08af4509a53e1c79c990f4", typed.Digest().ToString());
        var key = Hex.ParseData("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6");
        Assert.Equal(
            "0x47fd40179e1d99972f633d096d62c100a27694c7e238a495ffe142cb6425478375d2ba3d519a9896e3cabd803977310728d29d781d48458338ae6c25af63d61e1c",
            Signing.Text(Signing.Sign(typed.Digest(), key)));
    }

    [Theory]
    [InlineData("\"contents\": \"Hello, Bob!\"", "\"contents\": \"Hello, Bob!\", \"extra\": 1", "extra")]
    [InlineData("\"contents\": \"Hello, Bob!\"", "\"contents\": \"Hello, Bob!\", \"contents\": \"Hi\"", "only once")]
    [InlineData("\"contents\": \"Hello, Bob!\"", "\"contents\": 7", "no text")]
    [InlineData(",\n    \"contents\": \"Hello, Bob!\"", "", "no member 'contents'")]
    [InlineData("\"primaryType\": \"Mail\"", "\"primaryType\": \"Letter\"", "no struct 'Letter'")]
    [InlineData("\"primaryType\": \"Mail\"", "\"primaryType\": \"Person\"", "not used by Person")]
    [InlineData("\"chainId\":1,", "", "EIP712Domain")]
    [InlineData("\"chainId\":1,", "\"chainId\":\"0x1\",", "plain decimal")]
    [InlineData("\"chainId\":1,", "\"chainId\":1.0,", "plain decimal")]
    [InlineData("\"chainId\":1,", "\"chainId\":1e3,", "plain decimal")]
    [InlineData("\"chainId\":1,", "\"chainId\":01,", "not valid JSON")]
    [InlineData("\"chainId\":1,", "\"chainId\":\"01\",", "plain decimal")]
    [InlineData("\"chainId\":1,", "\"chainId\":-1,", "out of the range")]
    [InlineData("\"chainId\":1,", "\"chainId\":1,\"color\":\"red\",", "unknown member 'color'")]
    [InlineData("{\"name\":\"contents\",\"type\":\"string\"}", "{\"name\":\"contents\",\"type\":\"Mail\"}", "contains itself")]
    [InlineData("{\"name\":\"contents\",\"type\":\"string\"}", "{\"name\":\"contents\",\"type\":\"uint\"}", "no EIP-712 type 'uint'")]
    [InlineData("{\"name\":\"contents\",\"type\":\"string\"}", "{\"name\":\"to\",\"type\":\"string\"}", "occurs twice")]
    [InlineData("\"Cow\"", "\"\\ud800\"", "Unicode")]
    [InlineData("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "0xcD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "checksum")]
    public void Ambiguous_json_is_refused(string original, string replacement, string reason)
    {
        var changed = Mail.Replace(original, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Mail, changed);
        var error = Assert.Throws<EvmFormatException>(() => Parse(changed).Digest());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_outside_their_type_are_refused_with_the_place()
    {
        var domain = new Eip712Domain { Name = "d", ChainId = 1 };
        foreach (var (type, value) in new (string, AbiValue)[]
        {
            ("uint8", 256), ("int8", -129), ("bytes32", new byte[31]), ("uint256[2]", AbiValue.List(1)), ("bool", 1), ("address", "0x"),
        })
        {
            var error = Assert.Throws<EvmFormatException>(() => TypedData.Create(domain, $"T({type} member)", value).Digest());
            Assert.StartsWith("T.member:", error.Message, StringComparison.Ordinal);
        }

        Assert.Throws<EvmFormatException>(() => TypedData.Create(domain, "T(uint256 a,uint256 b)", 1).Digest());
        Assert.Throws<EvmFormatException>(() => TypedData.Create(domain, "T(Other a)", 1));
        Assert.Throws<EvmFormatException>(() => TypedData.Create(domain, "T(T[] a)", 1));
        Assert.Throws<EvmFormatException>(() => TypedData.Create(domain, "uint8(bool a)", true));
    }

    private static TypedData Parse(string json) => TypedData.ParseJson(Encoding.UTF8.GetBytes(json));
}
