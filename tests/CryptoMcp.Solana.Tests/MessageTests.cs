namespace CryptoMcp.Solana.Tests;

/// <summary>What must not be taken for a message.</summary>
public sealed class MessageTests
{
    private static readonly Pubkey s_payer = Key(1);
    private static readonly Pubkey s_other = Key(2);
    private static readonly Blockhash s_hash = new(Key(9));

    [Fact]
    public void Every_shortened_message_is_refused()
    {
        var bytes = MessageCodec.Encode(Transfer());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode(bytes.AsSpan(0, length)));
        }

        Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode([.. bytes, 0]));
    }

    [Fact]
    public void A_message_of_any_bytes_either_reads_back_to_itself_or_is_refused()
    {
        var random = new Random(7);
        var start = MessageCodec.Encode(Transfer());
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])start.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(bytes, MessageCodec.Encode(MessageCodec.Decode(bytes)));
                taken++;
            }
            catch (SolanaFormatException)
            {
                // Refused; anything else would fail the test.
            }
        }

        Assert.InRange(taken, 1, 19_999);
    }

    [Fact]
    public void Lengths_have_one_form_only()
    {
        var bytes = MessageCodec.Encode(Transfer());
        byte[] longer = [.. bytes[..4], (byte)(bytes[4] | 0x80), 0, .. bytes[5..]];
        var error = Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode(longer));
        Assert.Contains("shortest form", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_and_accounts_must_fit()
    {
        var good = Transfer();
        foreach (var bad in (Message[])
        [
            good with { RequiredSignatures = 0 },
            good with { ReadonlySigned = 1 },
            good with { ReadonlyUnsigned = 3 },
            good with { StaticAccounts = [s_payer, s_payer, ProgramIds.System] },
            good with { Instructions = [good.Instructions[0] with { Program = 0 }] },
            good with { Instructions = [good.Instructions[0] with { Accounts = new byte[] { 0, 3 } }] },
            good with { Lookups = [new(s_other, default, default)] },
        ])
        {
            Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode(MessageCodec.Encode(bad)));
        }
    }

    [Fact]
    public void E3_a_program_from_a_lookup_table_is_refused()
    {
        var good = Transfer();
        var bad = good with
        {
            StaticAccounts = [s_payer, s_other],
            ReadonlyUnsigned = 0,
            Lookups = [new(Key(5), default, new byte[] { 0 })],
            Instructions = [good.Instructions[0] with { Program = 2 }],
        };
        var error = Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode(MessageCodec.Encode(bad)));
        Assert.Contains("lookup table", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accounts_of_a_lookup_table_are_not_known_until_it_was_read()
    {
        var table = new LookupTable(Key(5), [Key(6), s_other]);
        var message = MessageCompiler.Compile(MessageVersion.V0, s_payer, [SystemProgram.Transfer(s_payer, s_other, 1)], s_hash, [table]);
        Assert.Single(message.Lookups);
        Assert.Throws<SolanaFormatException>(() => message.Resolve());
        Assert.Throws<SolanaFormatException>(() => message.Resolve(new Dictionary<Pubkey, LookupTable> { [table.Address] = table with { Addresses = [Key(6)] } }));
        var resolved = Assert.IsType<KnownInstruction.SolTransfer>(
            InstructionReader.Read(Assert.Single(message.Resolve(new Dictionary<Pubkey, LookupTable> { [table.Address] = table }))));
        Assert.Equal(s_other, resolved.To);
    }

    [Fact]
    public void A_program_cannot_pay_or_be_changed()
    {
        Assert.Throws<SolanaFormatException>(() => MessageCompiler.Compile(
            MessageVersion.V0, ProgramIds.System, [SystemProgram.Transfer(s_payer, s_other, 1)], s_hash));
        Assert.Throws<SolanaFormatException>(() => MessageCompiler.Compile(
            MessageVersion.V0, s_payer, [SystemProgram.Transfer(s_payer, ProgramIds.System, 1)], s_hash));
    }

    [Fact]
    public void More_than_a_packet_is_refused()
    {
        var instruction = new Instruction(ProgramIds.Memo, [], new byte[1300]);
        Assert.Throws<SolanaFormatException>(() => MessageCodec.Encode(MessageCompiler.Compile(MessageVersion.V0, s_payer, [instruction], s_hash)));
    }

    [Fact]
    public void Versions_beyond_0_are_refused()
    {
        var bytes = MessageCodec.Encode(Transfer());
        bytes[0] = 0x81;
        Assert.Throws<SolanaFormatException>(() => MessageCodec.Decode(bytes));
    }

    [Theory]
    [InlineData("11111111111111111111111111111111", true)]
    [InlineData("So11111111111111111111111111111111111111112", true)]
    [InlineData("0o11111111111111111111111111111111111111112", false)]
    [InlineData("So1111111111111111111111111111111111111111", false)]
    [InlineData("So11111111111111111111111111111111111111112 ", false)]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7", false)]
    [InlineData("", false)]
    public void B9_addresses_are_base58_of_32_bytes(string text, bool expected) => Assert.Equal(expected, Pubkey.TryParse(text, out _));

    [Fact]
    public void Program_derived_addresses_lie_off_the_curve_and_keys_on_it()
    {
        Span<byte> key = stackalloc byte[32];
        for (byte i = 0; i < 50; i++)
        {
            CryptoMcp.Cryptography.Ed25519.DerivePublicKey([.. Enumerable.Repeat(i, 32)], key);
            var owner = new Pubkey(key);
            Assert.True(owner.IsOnCurve);
            Assert.False(AssociatedToken.AddressOf(owner, Key(i), ProgramIds.Token).IsOnCurve);
        }
    }

    internal static Pubkey Key(byte seed) => new([.. Enumerable.Repeat(seed, 32)]);

    private static Message Transfer() =>
        MessageCompiler.Compile(MessageVersion.V0, s_payer, [SystemProgram.Transfer(s_payer, s_other, 5)], s_hash);
}
