using System.Diagnostics;
using System.Globalization;
using System.Text;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger.CrashVictim;

/// <summary>
/// Pays as fast as it can until it is killed, and says on its standard output what it was told: <c>R id</c> reserved,
/// <c>S id key digest</c> may be signed (from here the signature is out), <c>T id</c> settled, <c>L id</c> released.
/// Arguments: <c>call</c> and those of <see cref="Callers"/>; or directory, limit, callers, keys from and to, and, to die by its own hand, a fail point and at which visit.
/// </summary>
internal static class Program
{
    private static readonly AccountId s_account = AccountId.Parse("eip155:1:0x52908400098527886E0F7030069857D2E4169EE7");
    private static readonly Stream s_output = Console.OpenStandardOutput();
    private static readonly Lock s_outputGate = new();

    private static async Task Main(string[] arguments)
    {
        if (arguments[0] == "call")
        {
            await Callers.RunAsync(arguments[1], Number(arguments[2]), Number(arguments[3]), Number(arguments[4]));
            return;
        }

        var (directory, limit, callers) = (arguments[0], Number(arguments[1]), Number(arguments[2]));
        var (firstKey, lastKey) = (Number(arguments[3]), Number(arguments[4]));
        var failPoints = arguments.Length > 6 ? new DyingFailPoints(arguments[5], Number(arguments[6])) : (IFailPoints)NoFailPoints.Instance;
        await using var ledger = await JournalLedger.OpenAsync(new() { Directory = directory, FailPoints = failPoints });
        await TidyUpAsync(ledger);
        var key = firstKey - 1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref key) is var mine && mine <= lastKey)
            {
                await PayAsync(ledger, mine, limit);
            }
        })));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // What a guard does on start: nothing signed is released, what may be signed is signed again, the rest is settled.
    private static async Task TidyUpAsync(JournalLedger ledger)
    {
        if (ledger.View.FrozenBecause is not null)
        {
            await ledger.UnfreezeAsync("start");
        }

        if (ledger.View.FrozenBecauseOf(s_account) is not null)
        {
            await ledger.UnfreezeAsync("start", s_account);
        }

        foreach (var payment in ledger.Open())
        {
            if (payment.State == PaymentState.Reserved)
            {
                await ReleaseAsync(ledger, payment.Id);
            }
            else
            {
                if (payment.State == PaymentState.Signing)
                {
                    await ExposeAsync(ledger, await ledger.ResumeSigningAsync(payment.Id));
                }

                await SettleAsync(ledger, payment.Id);
            }
        }
    }

    private static async Task PayAsync(JournalLedger ledger, int key, int limit)
    {
        Ruling Decide(ILedgerView view) => key % 4 == 1 && view.OpenWith("asked") == 0
            ? new() { Verdict = Verdict.Ask, Charges = [new("all", 1)] }
            : Judge(view);
        Ruling Judge(ILedgerView view) =>
            view.UsageOf("all", null).Total < limit ? new() { Verdict = Verdict.Allow, Charges = [new("all", 1)] } : new() { Verdict = Verdict.Deny };
        SigningMaterial Build(SigningSlot slot) => new() { Digest = $"0x{slot.PaymentId}-{slot.Nonce}", UnsignedBytes = "0x02" };

        var request = new ReserveRequest { Client = "victim", Key = $"k{key}", IntentDigest = $"i{key}", Operation = "transfer", Account = s_account };
        var scope = new NonceScope(s_account, 0);
        try
        {
            Authorization? authorization;
            if (key % 3 == 0)
            {
                (_, authorization) = await ledger.ReserveAndBeginSigningAsync(request, Judge, scope, Build);
            }
            else
            {
                var payment = (await ledger.ReserveAsync(request, Decide)).Payment;
                if (payment.State == PaymentState.Waiting)
                {
                    payment = (await ledger.ReserveApprovedAsync(payment.Id, Judge)).Payment;
                }

                if (payment.State != PaymentState.Reserved)
                {
                    return;
                }

                Say($"R {payment.Id}");
                if (key % 7 == 0)
                {
                    await ReleaseAsync(ledger, payment.Id);
                    return;
                }

                authorization = await ledger.BeginSigningAsync(payment.Id, scope, Build);
            }

            if (authorization is not null)
            {
                await FinishAsync(ledger, authorization, key, Build);
            }
        }
        catch (LedgerFrozenException)
        {
            // Another caller froze the ledger for a moment.
        }
    }

    private static async Task FinishAsync(JournalLedger ledger, Authorization authorization, int key, Func<SigningSlot, SigningMaterial> build)
    {
        await ExposeAsync(ledger, authorization);
        if (key % 13 == 0)
        {
            await ledger.FreezeAsync("a moment");
            await ledger.UnfreezeAsync("over");
        }

        if (key % 11 == 0)
        {
            // The chain claims to be ahead: the account is frozen until somebody has looked.
            await ledger.ObserveChainNonceAsync(new(s_account, ulong.MaxValue));
            await ledger.UnfreezeAsync("looked", s_account);
        }

        if (key % 6 == 0)
        {
            await ledger.RecordAsync("note", default);
            await ledger.SnapshotAsync();
        }

        if (key % 5 == 0)
        {
            await ExposeAsync(ledger, await ledger.BeginReplacementAsync(authorization.PaymentId, new()
            {
                Purpose = VariantPurpose.Replacement,
                Build = slot => build(slot) with { Digest = $"0x{slot.PaymentId}-dearer", Charges = [new("all", 1)] },
                Decide = (_, _) => throw new InvalidOperationException("nothing more is taken"),
            }));
        }

        if (key % 8 == 1)
        {
            await ledger.RechargeAsync(p => [new("all", 1), new("new", 1)]);
        }

        await SettleAsync(ledger, authorization.PaymentId);
    }

    private static async Task ExposeAsync(JournalLedger ledger, Authorization authorization)
    {
        authorization.Redeem();
        Say($"S {authorization.PaymentId} {authorization.Payment.Key} {authorization.Digest}");
        await ledger.ExposeAsync(authorization.PaymentId, $"{authorization.Digest}-signed", $"{authorization.Digest}-tx");
    }

    private static async Task SettleAsync(JournalLedger ledger, string id)
    {
        await ledger.SettleAsync(id, new() { FinalizedAt = DateTimeOffset.UtcNow, Actual = [new("all", 1)] });
        Say($"T {id}");
    }

    private static async Task ReleaseAsync(JournalLedger ledger, string id)
    {
        await ledger.ReleaseAsync(id, new() { Reason = ReleaseReason.NeverSigned });
        Say($"L {id}");
    }

    private static void Say(string line)
    {
        lock (s_outputGate)
        {
            s_output.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
    }

    private sealed class DyingFailPoints(string name, int visit) : IFailPoints
    {
        private int _visits;

        public void Reach(string name1)
        {
            if (name1 == name && Interlocked.Increment(ref _visits) == visit)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
