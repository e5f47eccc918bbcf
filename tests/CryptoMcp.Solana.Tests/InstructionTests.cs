namespace CryptoMcp.Solana.Tests;

/// <summary>What instructions are understood as, above all the ones that are never signed.</summary>
public sealed class InstructionTests
{
    private static readonly Pubkey s_owner = MessageTests.Key(1);
    private static readonly Pubkey s_other = MessageTests.Key(2);
    private static readonly Pubkey s_mint = MessageTests.Key(3);

    [Fact]
    public void What_we_write_reads_back()
    {
        var account = AssociatedToken.AddressOf(s_other, s_mint, ProgramIds.Token);
        Assert.Equal(new KnownInstruction.SolTransfer(s_owner, s_other, 7), InstructionReader.Read(SystemProgram.Transfer(s_owner, s_other, 7)));
        Assert.Equal(
            new KnownInstruction.TokenTransfer(ProgramIds.Token, s_owner, s_mint, s_other, s_owner, 9, 6, null),
            InstructionReader.Read(TokenProgram.TransferChecked(ProgramIds.Token, s_owner, s_mint, s_other, s_owner, 9, 6)));
        Assert.Equal(
            new KnownInstruction.TokenTransfer(ProgramIds.Token2022, s_owner, s_mint, s_other, s_owner, 9, 6, 2),
            InstructionReader.Read(TokenProgram.TransferCheckedWithFee(s_owner, s_mint, s_other, s_owner, 9, 6, 2)));
        Assert.Equal(
            new KnownInstruction.CreateAssociated(s_owner, account, s_other, s_mint, ProgramIds.Token),
            InstructionReader.Read(AssociatedToken.CreateIdempotent(s_owner, account, s_other, s_mint, ProgramIds.Token)));
        Assert.Equal(new KnownInstruction.UnitLimit(20_000), InstructionReader.Read(ComputeBudget.Limit(20_000)));
        Assert.Equal(new KnownInstruction.UnitPrice(5), InstructionReader.Read(ComputeBudget.Price(5)));
        Assert.Equal(new KnownInstruction.Memo("hello"), InstructionReader.Read(MemoProgram.Write("hello")));
    }

    public static TheoryData<string, ForbiddenInstruction> Never => new()
    {
        { "token 06 02 00", ForbiddenInstruction.SetAuthority },
        { "token2022 06 00 01", ForbiddenInstruction.SetAuthority },
        { "system 01000000", ForbiddenInstruction.Assign },
        { "system 0a000000", ForbiddenInstruction.Assign },
        { "system 04000000", ForbiddenInstruction.DurableNonce },
        { "system 05000000", ForbiddenInstruction.DurableNonce },
        { "system 06000000", ForbiddenInstruction.DurableNonce },
        { "system 07000000", ForbiddenInstruction.DurableNonce },
        { "system 0c000000", ForbiddenInstruction.DurableNonce },
        { "token 09", ForbiddenInstruction.CloseAccount },
        { "token2022 09", ForbiddenInstruction.CloseAccount },
        { "token 04 0100000000000000", ForbiddenInstruction.Approve },
        { "token2022 0d 0100000000000000 06", ForbiddenInstruction.Approve },
    };

    [Theory]
    [MemberData(nameof(Never))]
    public void E5_E17_authorities_owners_nonces_closing_and_delegates_are_on_the_never_list(string text, ForbiddenInstruction expected)
    {
        var (program, data) = Split(text);
        var read = InstructionReader.Read(new(program, [AccountMeta.Writable(s_owner), AccountMeta.Readonly(s_other), AccountMeta.Signer(s_owner)], data));
        Assert.Equal(new KnownInstruction.Forbidden(expected), read);
    }

    [Theory]
    [InlineData("token 03 0100000000000000")] // E9: Transfer names neither mint nor decimals
    [InlineData("token 0c 0100000000000000")] // TransferChecked, a byte short
    [InlineData("token 0c 0100000000000000 06 00")] // and one too many
    [InlineData("token 1a 01 0100000000000000 06 0000000000000000")] // a fee under the program that has none
    [InlineData("token 07 0100000000000000")] // MintTo
    [InlineData("token 08 0100000000000000")] // Burn
    [InlineData("system 00000000")] // CreateAccount
    [InlineData("system 02000000 01000000000000")] // Transfer, a byte short
    [InlineData("system 03000000")]
    [InlineData("budget 02")]
    [InlineData("budget 04 00000000")]
    [InlineData("memo ff")] // not UTF-8
    public void E9_what_is_not_understood_to_the_last_byte_is_unknown(string text)
    {
        var (program, data) = Split(text);
        var accounts = new[] { AccountMeta.Writable(s_owner), AccountMeta.Readonly(s_mint), AccountMeta.Writable(s_other), AccountMeta.Signer(s_owner) };
        Assert.IsType<KnownInstruction.Unknown>(InstructionReader.Read(new(program, program == ProgramIds.ComputeBudget ? [] : accounts, data)));
    }

    [Fact]
    public void An_associated_account_at_another_address_is_not_understood() => Assert.IsType<KnownInstruction.Unknown>(
        InstructionReader.Read(AssociatedToken.CreateIdempotent(s_owner, s_other, s_other, s_mint, ProgramIds.Token)));

    [Fact]
    public void E13_memos_are_capped() => Assert.Throws<SolanaFormatException>(() => MemoProgram.Write(new string('x', 257)));

    [Theory]
    [InlineData(100, 200_000UL, 10_000_000UL, 2_000_000UL, 10_000_000UL)] // the node's word counts up to the cap
    [InlineData(100, ulong.MaxValue, 10_000_000UL, 100_000UL, 5_000_000UL)] // T10: an absurd claim is cut at the highest price
    [InlineData(200_000, ulong.MaxValue, 100_000UL, 500_000UL, 500_000UL)] // and at what the owner's cap leaves
    [InlineData(200_000, 0UL, 100_000UL, 500_000UL, 1UL)]
    public void T10_priority_prices_are_capped(uint units, ulong recent, ulong mostLamports, ulong at, ulong expectedAtMost)
    {
        var price = PriorityFees.Price([recent, recent, recent], units, mostLamports);
        Assert.InRange(price, 0UL, expectedAtMost);
        Assert.True(ComputeBudget.PriorityFee(units, price) <= Math.Max(mostLamports, 1));
        Assert.True(price <= PriorityFees.HighestPrice || at > 0);
    }

    [Fact]
    public void Transfer_fees_round_up_and_stop_at_their_maximum()
    {
        Assert.Equal(1UL, new TransferFee(0, 100, 1).Of(1));
        Assert.Equal(50UL, new TransferFee(0, 100, 50).Of(10_000));
        Assert.Equal(100UL, new TransferFee(0, 100, 50).Of(ulong.MaxValue));
        Assert.Equal(0UL, new TransferFee(0, 100, 0).Of(10_000));
    }

    private static (Pubkey Program, byte[] Data) Split(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var program = text[..space] switch
        {
            "token" => ProgramIds.Token,
            "token2022" => ProgramIds.Token2022,
            "system" => ProgramIds.System,
            "budget" => ProgramIds.ComputeBudget,
            _ => ProgramIds.Memo,
        };
        return (program, Convert.FromHexString(text[space..].Replace(" ", string.Empty, StringComparison.Ordinal)));
    }
}
