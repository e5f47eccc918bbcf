using System.Numerics;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Evm.Tests;

public sealed class RlpTests
{
    [Fact]
    public void Encoding_and_decoding_match_ethers()
    {
        foreach (var testCase in Vectors.Load("rlp-coder", 61))
        {
            var rlp = new RlpWriter();
            Write(rlp, testCase["decoded"]!);
            Assert.Equal(testCase.Text("encoded"), Hex.Format(rlp.Written));
            var reader = new RlpReader(rlp.Written);
            Assert.True(JsonNode.DeepEquals(testCase["decoded"], Read(ref reader)), testCase.Text("name"));
            reader.End();
        }
    }

    [Theory]
    [InlineData("8100", "header that it does not need")]
    [InlineData("817f", "header that it does not need")]
    [InlineData("b801ff", "long header")]
    [InlineData("b900ff", "leading zeros")]
    [InlineData("b8", "ends early")]
    [InlineData("b840ff", "ends early")]
    [InlineData("83aabb", "ends early")]
    [InlineData("bfffffffffffffffff", "larger than any data")]
    [InlineData("", "ends early")]
    [InlineData("c0", "found a list")]
    public void Other_encodings_of_a_string_are_refused(string hex, string reason)
    {
        var error = Assert.Throws<EvmFormatException>(() => new RlpReader(Convert.FromHexString(hex)).ReadBytes().ToArray());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("820001")]
    [InlineData("a1010000000000000000000000000000000000000000000000000000000000000000")]
    public void Integers_are_minimal_and_bounded(string hex) =>
        Assert.Throws<EvmFormatException>(() => new RlpReader(Convert.FromHexString(hex)).ReadInteger());

    [Fact]
    public void Any_strings_and_integers_come_back()
    {
        Prop.ForAll<byte[], ulong, uint>((bytes, small, shift) =>
        {
            var large = (BigInteger)small << (int)(shift % 193);
            var rlp = new RlpWriter(1).BeginList().Bytes(bytes ?? []).BeginList().Number(small).EndList().Number(large).EndList();
            var outer = new RlpReader(rlp.Written);
            var list = outer.ReadList();
            var same = list.ReadBytes().SequenceEqual(bytes ?? []);
            var inner = list.ReadList();
            same &= inner.ReadInteger64() == small && inner.IsAtEnd && list.ReadInteger() == large && list.IsAtEnd && outer.IsAtEnd;
            return same;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_536)]
    [InlineData(20_000_000)]
    public void Any_length_works(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)0xaa);
        var rlp = new RlpWriter().BeginList().Bytes(bytes).EndList().ToArray();
        var outer = new RlpReader(rlp);
        Assert.Equal(length, outer.ReadList().ReadBytes().Length);
    }

    [Fact]
    public void Every_accepted_mutation_encodes_to_itself()
    {
        var valid = new RlpWriter().BeginList().Bytes("dog"u8).BeginList().Number(300).Bytes(new byte[60]).EndList().Bytes(
            []).EndList().ToArray();
        for (var position = 0; position < valid.Length; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                var mutated = valid.ToArray();
                mutated[position] = (byte)value;
                try
                {
                    var reader = new RlpReader(mutated);
                    var item = Read(ref reader);
                    reader.End();
                    var again = new RlpWriter();
                    Write(again, item);
                    Assert.Equal(mutated, again.ToArray());
                }
                catch (EvmFormatException)
                {
                    // Refused: fine.
                }
            }
        }
    }

    private static void Write(RlpWriter rlp, JsonNode item)
    {
        if (item is JsonArray list)
        {
            rlp.BeginList();
            foreach (var inner in list)
            {
                Write(rlp, inner!);
            }

            rlp.EndList();
        }
        else
        {
            rlp.Bytes(Hex.ParseData(item.GetValue<string>()));
        }
    }

    private static JsonNode Read(ref RlpReader reader)
    {
        if (!reader.IsList)
        {
            return Hex.Format(reader.ReadBytes());
        }

        var items = new JsonArray();
        var list = reader.ReadList();
        while (!list.IsAtEnd)
        {
            items.Add(Read(ref list));
        }

        return items;
    }
}
