using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Tests;

/// <summary>One invoice, one payer; and what was noted survives whatever happens to the process.</summary>
public sealed class InvoiceBookTests
{
    private const string Payer = GuardGround.Recipient;

    [Fact]
    public async Task Second_authorization_is_refused_while_the_first_may_still_pay()
    {
        await using var ground = await GuardGround.StartAsync();
        var invoice = ground.Guard.Invoices.Create(Request());
        Assert.Equal(ground.Wallet, invoice.PayTo);
        Assert.Equal("2500000", invoice.Units);
        var first = Claim('1', seconds: 60);
        ground.Guard.Invoices.Claim(invoice.InvoiceId, new() { Claim = first });
        Assert.Equal(first.Nonce, ground.Guard.Invoices.Claim(invoice.InvoiceId, new() { Claim = first }).Claim!.Nonce);
        Assert.Equal("invoice_taken", Refused(() => ground.Guard.Invoices.Claim(invoice.InvoiceId, new() { Claim = Claim('2'), InsteadOf = first.Nonce })));
    }

    [Fact]
    public async Task Dead_authorization_makes_room_only_for_who_names_it_and_a_settled_one_never_does()
    {
        await using var ground = await GuardGround.StartAsync();
        var book = ground.Guard.Invoices;
        var id = book.Create(Request()).InvoiceId;
        var dead = Claim('1', seconds: -1);
        book.Claim(id, new() { Claim = dead });
        Assert.Equal("invoice_taken", Refused(() => book.Claim(id, new() { Claim = Claim('2') })));
        var second = Claim('2', seconds: -1);
        book.Claim(id, new() { Claim = second, InsteadOf = dead.Nonce });
        book.NoteTransaction(id, second with { TransactionId = "0x" + new string('a', 64) });
        Assert.Equal("invoice_taken", Refused(() => book.Claim(id, new() { Claim = Claim('3'), InsteadOf = second.Nonce })));
        Assert.Equal("invoice_taken", Refused(() => book.NoteTransaction(id, dead with { TransactionId = "0x" + new string('b', 64) })));
    }

    [Fact]
    public async Task Restart_and_a_torn_last_line_lose_nothing_that_was_noted()
    {
        await using var ground = await GuardGround.StartAsync();
        var invoice = ground.Guard.Invoices.Create(Request());
        var claim = Claim('1');
        ground.Guard.Invoices.Claim(invoice.InvoiceId, new() { Claim = claim });
        await File.AppendAllTextAsync(ground.Home.InvoicesFile, "{\"invoice_id\":\"inv_", TestContext.Current.CancellationToken);
        await ground.RestartAsync();
        Assert.Equal(claim.Nonce, ground.Guard.Invoices.Get(invoice.InvoiceId).Claim!.Nonce);
        var next = ground.Guard.Invoices.Create(Request());
        await ground.RestartAsync();
        Assert.Equal(next, ground.Guard.Invoices.Get(next.InvoiceId));
    }

    [Theory]
    [InlineData("2.50 DOGE", 600, "unknown_asset")]
    [InlineData("0.01 ETH", 600, "unknown_asset")]
    [InlineData("-1 USDC", 600, "invalid_amount")]
    [InlineData("0 USDC", 600, "invalid_amount")]
    [InlineData("1 USDC", 59, "invalid_expiry")]
    [InlineData("1 USDC", 2_592_001, "invalid_expiry")]
    public async Task Invoice_that_makes_no_sense_is_refused(string amount, int seconds, string code)
    {
        await using var ground = await GuardGround.StartAsync();
        Assert.Equal(code, Refused(() => ground.Guard.Invoices.Create(Request() with { Amount = amount, ExpiresInSeconds = seconds })));
    }

    private static InvoiceRequest Request() => new() { Chain = "play", Amount = "2.50 USDC", Description = "Work", ExpiresInSeconds = 600 };

    private static InvoiceClaim Claim(char nonce, int seconds = 60) =>
        new() { Payer = Payer, Nonce = "0x" + new string(nonce, 64), ValidBefore = DateTimeOffset.UtcNow.AddSeconds(seconds) };

    private static string Refused(Func<InvoiceView> call) => Assert.Throws<GuardException>(call).Problem.Code;
}
