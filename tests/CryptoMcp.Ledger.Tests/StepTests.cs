namespace CryptoMcp.Ledger.Tests;

/// <summary>Which steps the ledger takes and which it refuses, on the real ledger.</summary>
public abstract class StepTests<TPlace> : LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    private static ReleaseProof Proof(ReleaseReason reason, DateTimeOffset? at = null, ulong? height = 100, string? consumedBy = null) =>
        new() { Reason = reason, FinalizedAt = at, FinalizedHeight = height, ConsumedBy = consumedBy };

    [Fact]
    public async Task A_reservation_that_was_never_signed_is_released()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ReserveAsync(5, 10);
        var released = await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NeverSigned));
        Assert.Equal(PaymentState.Released, released.State);
        Assert.Equal(0, bench.Usage().Total);
    }

    [Fact]
    public async Task After_signing_never_signed_is_no_proof()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ReserveAsync(5, 10);
        await bench.Ledger.BeginSigningAsync(payment.Id, null, Bench.Material);
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NeverSigned)));
        Assert.Equal(5, bench.Usage().Held);
    }

    [Fact]
    public async Task An_expiry_counts_only_at_a_finalized_block_past_it()
    {
        await using var bench = await OpenAsync();
        var expiry = bench.Time.Wall.AddSeconds(120);
        var payment = await bench.ExposedAsync(5, expires: expiry);
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Expired)));
        await Assert.ThrowsAsync<PaymentStepException>(
            async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Expired, expiry.AddSeconds(-1))));
        await Assert.ThrowsAsync<PaymentStepException>(
            async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Expired, expiry, height: null)));
        Assert.Equal(5, bench.Usage().Held);
        await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Expired, expiry));
        Assert.Equal(0, bench.Usage().Held);
    }

    [Fact]
    public async Task A_transaction_ends_only_when_a_stranger_has_its_nonce()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(5, chainNonce: 0);
        var at = bench.Time.Wall;
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Expired, at.AddDays(9))));
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NonceConsumed, at)));
        await Assert.ThrowsAsync<PaymentStepException>(
            async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NonceConsumed, at, consumedBy: payment.TransactionId!.ToUpperInvariant())));
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.Cancelled, at)));
        foreach (var phrase in new[] { "another transaction", "0xother", "0x" + new string('g', 64), new string('a', 66) })
        {
            await Assert.ThrowsAsync<PaymentStepException>(
                async () => await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NonceConsumed, at, consumedBy: phrase)));
        }

        await bench.Ledger.ReleaseAsync(payment.Id, Proof(ReleaseReason.NonceConsumed, at, consumedBy: "0x" + new string('a', 64)));
        Assert.Equal(0, bench.Usage().Held);
    }

    [Fact]
    public async Task A_resolved_payment_never_changes()
    {
        await using var bench = await OpenAsync();
        var settled = await bench.ExposedAsync(5);
        await bench.Ledger.SettleAsync(settled.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 5)));
        var released = await bench.ReserveAsync(1, 10);
        await bench.Ledger.ReleaseAsync(released.Id, Proof(ReleaseReason.NeverSigned));
        foreach (var id in new[] { settled.Id, released.Id })
        {
            var before = bench.Ledger.Find(id);
            var steps = new Func<Task>[]
            {
                async () => await bench.Ledger.BeginSigningAsync(id, null, Bench.Material),
                async () => await bench.Ledger.ExposeAsync(id, "0x", null),
                async () => await bench.Ledger.SeenAsync(id, new(1, null, null, null)),
                async () => await bench.Ledger.ReorgedAsync(id),
                async () => await bench.Ledger.SettleAsync(id, Bench.Settled(bench.Time.Wall)),
                async () => await bench.Ledger.ReleaseAsync(id, Proof(ReleaseReason.Expired, bench.Time.Wall)),
                async () => await bench.Ledger.ReleaseAsync(id, Proof(ReleaseReason.NeverSigned)),
                async () => await bench.Ledger.StuckAsync(id, "no"),
                async () => await bench.Ledger.CloseAsync(id, "no"),
                async () => await bench.Ledger.ResumeSigningAsync(id),
            };
            foreach (var step in steps)
            {
                await Assert.ThrowsAsync<PaymentStepException>(step);
            }

            Assert.Same(before, bench.Ledger.Find(id));
        }

        Assert.Equal((5, 0), ((int)bench.Usage().Used, (int)bench.Usage().Held));
    }

    [Fact]
    public async Task A_reorganised_payment_is_held_again_and_can_be_seen_again()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(5, chainNonce: 3);
        await bench.Ledger.SeenAsync(payment.Id, new(10, "0xa", null, payment.TransactionId));
        var gone = await bench.Ledger.ReorgedAsync(payment.Id);
        Assert.Equal((PaymentState.Exposed, (BlockSighting?)null), (gone.State, gone.Seen));
        Assert.Equal(1, bench.Ledger.View.OpenAuthorizations);
        await bench.Ledger.SeenAsync(payment.Id, new(11, "0xb", null, payment.TransactionId));
        Assert.Equal(5, bench.Usage().Held);
    }

    [Fact]
    public async Task A_replacement_holds_the_greatest_variant_and_its_difference_must_be_allowed()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ExposedAsync(5, chainNonce: 3);
        SigningMaterial Dearer(SigningSlot slot) => Bench.Material(slot) with { Digest = "0xdearer", Charges = [new("day", 8)] };
        var refused = new ReplaceRequest { Purpose = VariantPurpose.Replacement, Build = Dearer, Decide = (_, _) => new() { Verdict = Verdict.Deny } };
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.BeginReplacementAsync(payment.Id, refused));
        Assert.Equal(5, bench.Usage().Held);

        IReadOnlyList<Charge>? judged = null;
        var authorization = await bench.Ledger.BeginReplacementAsync(payment.Id, refused with
        {
            Decide = (_, extra) =>
            {
                judged = extra;
                return Bench.Allowing([.. extra]);
            },
        });
        Assert.Equal([new Charge("day", 3)], judged!);
        Assert.Equal((3ul, "0xdearer"), (authorization.Payment.Nonce, authorization.Digest));
        Assert.Equal(8, bench.Usage().Held);

        await bench.Ledger.ExposeAsync(payment.Id, "0xsigned2", "0xsecond");
        await bench.Ledger.BeginReplacementAsync(payment.Id, new()
        {
            Purpose = VariantPurpose.Cancellation,
            Build = slot => Bench.Material(slot) with { Charges = [new("day", 1)] },
            Decide = (_, _) => throw new InvalidOperationException("nothing more is taken, so nothing is judged"),
        });
        Assert.Equal(8, bench.Usage().Held);
        await bench.RestartAsync();
        Assert.Equal(3, bench.Ledger.Find(payment.Id)!.Variants.Count);
        await bench.Ledger.SettleAsync(payment.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 1)));
        Assert.Equal((1, 0), ((int)bench.Usage().Used, (int)bench.Usage().Held));
        Assert.Equal(4ul, bench.Ledger.View.NextNonce(Bench.Alice));
    }

    [Fact]
    public async Task Bytes_that_take_more_than_is_reserved_are_not_signed()
    {
        await using var bench = await OpenAsync();
        var payment = await bench.ReserveAsync(5, 10);
        await Assert.ThrowsAsync<PaymentStepException>(
            async () => await bench.Ledger.BeginSigningAsync(payment.Id, new(Bench.Alice, 0), slot => Bench.Material(slot) with { Charges = [new("day", 6)] }));
        Assert.Equal(PaymentState.Reserved, bench.Ledger.Find(payment.Id)!.State);
        Assert.Null(bench.Ledger.View.NextNonce(Bench.Alice));
    }

    [Fact]
    public async Task A_reservation_whose_bytes_cannot_be_built_holds_nothing_and_takes_no_nonce()
    {
        await using var bench = await OpenAsync();
        await Assert.ThrowsAsync<InvalidDataException>(async () => await bench.Ledger.ReserveAndBeginSigningAsync(
            Bench.Request(), Bench.Within(10, 5), new(Bench.Alice, 0), _ => throw new InvalidDataException()));
        Assert.Equal(0, bench.Usage().Total);
        Assert.Null(bench.Ledger.View.NextNonce(Bench.Alice));
        Assert.Empty(bench.Ledger.Open());
    }

    [Fact]
    public async Task An_authorization_is_good_once()
    {
        await using var bench = await OpenAsync();
        var (_, authorization) = await bench.Ledger.ReserveAndBeginSigningAsync(Bench.Request(), Bench.Within(10, 5), null, Bench.Material);
        authorization!.Redeem();
        Assert.Throws<InvalidOperationException>(authorization.Redeem);
    }

    [Fact]
    public async Task A_waiting_payment_holds_nothing_and_is_judged_again_when_approved()
    {
        await using var bench = await OpenAsync();
        var ask = new Ruling { Verdict = Verdict.Ask, Charges = [new("day", 5)] };
        var first = (await bench.Ledger.ReserveAsync(Bench.Request(), _ => ask)).Payment;
        var second = (await bench.Ledger.ReserveAsync(Bench.Request(), _ => ask)).Payment;
        Assert.Equal((PaymentState.Waiting, 0), (first.State, (int)bench.Usage().Total));
        await bench.RestartAsync();
        Assert.Equal(PaymentState.Reserved, (await bench.Ledger.ReserveApprovedAsync(first.Id, Bench.Within(8, 5))).Payment.State);
        Assert.Equal(PaymentState.Closed, (await bench.Ledger.ReserveApprovedAsync(second.Id, Bench.Within(8, 5))).Payment.State);
        await Assert.ThrowsAsync<PaymentStepException>(async () => await bench.Ledger.ReserveApprovedAsync(second.Id, Bench.Within(80, 5)));
        Assert.Equal(5, bench.Usage().Held);
    }

    [Fact]
    public async Task New_budgets_recharge_held_and_settled_payments_in_one_record()
    {
        await using var bench = await OpenAsync();
        var settled = await bench.ExposedAsync(5);
        await bench.Ledger.SettleAsync(settled.Id, Bench.Settled(bench.Time.Wall, new Charge("day", 4)));
        var held = await bench.ExposedAsync(2);
        await bench.ReserveAsync(1, 100);
        await bench.Ledger.RechargeAsync(p => [new Charge("week", p.Id == held.Id ? 20 : p.State == PaymentState.Settled ? 40 : 10)]);
        for (var restarted = false; ; restarted = true)
        {
            Assert.Equal(0, bench.Usage().Total);
            Assert.Equal((40, 30), ((int)bench.Usage("week").Used, (int)bench.Usage("week").Held));
            if (restarted)
            {
                break;
            }

            await bench.RestartAsync();
        }

        await bench.Ledger.SettleAsync(held.Id, Bench.Settled(bench.Time.Wall, new Charge("week", 15)));
        Assert.Equal((55, 10), ((int)bench.Usage("week").Used, (int)bench.Usage("week").Held));
    }
}
