using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Evm.Tests;

public sealed class AbiTests
{
    private static readonly EvmAddress s_address = EvmAddress.Parse("0x52908400098527886E0F7030069857D2E4169EE7");

    [Theory]
    [InlineData("contract-interface", 2045)]
    [InlineData("contract-interface-abi2", 1880)]
    public void Encoding_and_decoding_match_what_solidity_returned(string file, int atLeast)
    {
        foreach (var testCase in Vectors.Load(file, atLeast))
        {
            var types = JsonNode.Parse(testCase.Text("types"))!.AsArray().Select(type =>
                new AbiParameter(string.Empty, AbiType.Parse(type!.GetValue<string>()))).ToList();
            var values = JsonNode.Parse(testCase.TextOrNull("normalizedValues") ?? testCase.Text("values"))!.AsArray().Select((value, i) =>
                Value(types[i].Type, value!)).ToArray();
            Assert.Equal(testCase.Text("result"), Hex.Format(AbiEncoder.Encode(types, values)));
            Assert.Equal(values, AbiDecoder.Decode(types, testCase.Bytes("result")));
        }
    }

    [Fact]
    public void Selectors_match_ethers()
    {
        foreach (var testCase in Vectors.Load("contract-signatures", 1880))
        {
            Assert.Equal(testCase.Text("sigHash"), Hex.Format(AbiFunction.Parse(testCase.Text("signature")).Selector));
        }
    }

    [Fact]
    public void Signatures_are_read_as_people_write_them()
    {
        var function = AbiFunction.Parse(
            "function swap((uint128 amount0, int24 tick)[] memory steps, bytes calldata data) external payable returns (uint256 out, bool)");
        Assert.Equal("swap((uint128,int24)[],bytes)", function.Signature);
        Assert.Equal(["steps", "data"], function.Inputs.Select(input => input.Name));
        Assert.Equal("amount0", function.Inputs[0].Type.Element!.Components[0].Name);
        Assert.Equal(2, function.Outputs.Count);
        Assert.Equal("0xa9059cbb", Hex.Format(Erc20.TransferFunction.Selector));
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", Erc20.TransferEvent.Topic.ToString());
    }

    [Theory]
    [InlineData("transfer(address,uint257)")]
    [InlineData("transfer(address,uint7)")]
    [InlineData("transfer(address,uint0256)")]
    [InlineData("transfer(address,bytes33)")]
    [InlineData("transfer(address,fixed)")]
    [InlineData("transfer(address")]
    [InlineData("transfer(address))")]
    [InlineData("transfer(address,)")]
    [InlineData("transfer(())")]
    [InlineData("transfer(uint256[0])")]
    [InlineData("transfer(uint256[999999999])")]
    [InlineData("transfer(uint256) stealthy")]
    [InlineData("(uint256)")]
    [InlineData("transfer((((((((((((((((((uint256))))))))))))))))))")]
    public void What_is_no_signature_is_refused(string text) => Assert.Throws<EvmFormatException>(() => AbiFunction.Parse(text));

    [Fact]
    public void Values_outside_their_type_are_refused()
    {
        foreach (var (type, value) in new (string, AbiValue)[]
        {
            ("uint8", 256), ("uint8", -1), ("int8", 128), ("int8", -129), ("uint256", BigInteger.One << 256),
                ("int256", BigInteger.One << 255),
            ("bytes4", new byte[5]), ("bytes4", new byte[3]), ("address", 1), ("bool", 1), ("uint256", "1"), ("string", new byte[1]),
            ("uint256[2]", AbiValue.List(1)), ("(uint256,bool)", AbiValue.List(1)), ("uint256", default),
        })
        {
            Assert.Throws<EvmFormatException>(() => AbiEncoder.Encode([new("x", AbiType.Parse(type))], value));
        }

        foreach (var (type, value) in new (string, AbiValue)[] { ("uint8", 255), ("int8", -128), ("int8", 127),
            ("int256", -(BigInteger.One << 255)) })
        {
            var types = new AbiParameter[] { new("x", AbiType.Parse(type)) };
            Assert.Equal(value, AbiDecoder.Decode(types, AbiEncoder.Encode(types, value))[0]);
        }
    }

    [Fact]
    public void Every_single_bit_flip_of_a_call_is_refused_or_shown()
    {
        var function = AbiFunction.Parse("f(address,bool,uint64,int32,bytes3,string,bytes,(uint8,string)[],bytes[2])");
        var calldata = function.Encode(
            s_address, true, 7, -5, new byte[] { 1, 2, 3 }, "héllo", new byte[33],
            AbiValue.List(AbiValue.List(1, "a"), AbiValue.List(2, string.Empty)), AbiValue.List(new byte[] { 9 }, Array.Empty<byte>()));
        for (var bit = 32; bit < calldata.Length * 8; bit++)
        {
            var flipped = calldata.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // Accepted means: decoding shows the difference, and encoding gives exactly these bytes.
                Assert.Equal(flipped, function.Encode(function.DecodeArguments(flipped)));
            }
            catch (EvmFormatException)
            {
                // Refused: fine.
            }
        }
    }

    [Fact]
    public void Trailing_bytes_dirty_bits_and_other_offsets_are_refused()
    {
        var transfer = Erc20.Transfer(s_address, 5);
        Assert.True(Erc20.TryDecode(transfer, out var call));
        Assert.Equal(new Erc20Transfer(s_address, 5), call);
        Assert.False(Erc20.TryDecode([.. transfer, 0], out _));
        Assert.False(Erc20.TryDecode(transfer.AsSpan(0, transfer.Length - 1), out _));
        transfer[4] = 1;
        Assert.False(Erc20.TryDecode(transfer, out _));

        var text = AbiFunction.Parse("f(string)");
        var shifted = text.Encode("abc").ToList();
        shifted[4 + 31] = 64;
        shifted.InsertRange(4 + 32, new byte[32]);
        Assert.Contains("offset", Assert.Throws<EvmFormatException>(() => text.DecodeArguments([.. shifted])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_claims_to_be_huge_is_refused_at_once()
    {
        var types = new AbiParameter[] { new("x", AbiType.Parse("uint256[]")) };
        var data = new byte[64];
        data[31] = 32;
        data.AsSpan(32).Fill(0xff);
        Assert.Throws<EvmFormatException>(() => AbiDecoder.Decode(types, data));
    }

    [Fact]
    public void Token_calls_decode_by_their_effect()
    {
        Assert.True(Erc20.TryDecode(Erc20.Approve(s_address, Erc20.MaxUnits), out var approve));
        Assert.Equal(new Erc20Approve(s_address, Erc20.MaxUnits), approve);
        Assert.True(Erc20.TryDecode(Erc20.TransferFrom(s_address, s_address, 1), out var from));
        Assert.IsType<Erc20TransferFrom>(from);
        Assert.False(Erc20.TryDecode(AbiFunction.Parse("increaseAllowance(address,uint256)").Encode(s_address, 1), out _));
        Assert.False(Erc20.TryDecode([], out _));
    }

    [Fact]
    public void An_nft_transfer_is_no_token_movement()
    {
        var zero = default(Hash32);
        var nft = new EventLog(s_address, [Erc20.TransferEvent.Topic, zero, zero, zero], Array.Empty<byte>(), 1, zero, zero, 0, false);
        Assert.False(Erc20.TransferEvent.TryDecode(nft, out _));
        var token = nft with { Topics = [Erc20.TransferEvent.Topic, s_address.ToWord(), zero], Data = new byte[32] };
        Assert.True(Erc20.TransferEvent.TryDecode(token, out var arguments));
        Assert.Equal(s_address, arguments[0].AsAddress());
        Assert.False(Erc20.TransferEvent.TryDecode(token with { Data = new byte[33] }, out _));
    }

    private static AbiValue Value(AbiType type, JsonNode node)
    {
        var content = node is JsonArray ? node : node["value"]!;
        return type.Kind switch
        {
            AbiKind.List or AbiKind.FixedList => AbiValue.List([.. content.AsArray().Select(item => Value(type.Element!, item!))]),
            AbiKind.Tuple => AbiValue.List([.. content.AsArray().Select((item, i) => Value(type.Components[i].Type, item!))]),
            AbiKind.Flag => content.GetValue<bool>(),
            AbiKind.Address => EvmAddress.Parse(content.GetValue<string>()),
            AbiKind.Text => content.GetValue<string>(),
            AbiKind.Bytes or AbiKind.FixedBytes => Hex.ParseData(content.GetValue<string>()),
            _ => BigInteger.Parse(content.GetValue<string>(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        };
    }
}
