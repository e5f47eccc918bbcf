using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>A decision that comes out otherwise than it is recorded.</summary>
/// <param name="Record">Sequence number of its record in the journal.</param>
/// <param name="PaymentId">The payment that it was about.</param>
/// <param name="At">When it was made, in window time.</param>
/// <param name="Revision">The policy's revision then; null if no policy is on record before it.</param>
/// <param name="Recorded">What the journal says.</param>
/// <param name="Derived">What policy, ledger, prices and time of that moment say.</param>
public sealed record DecisionDifference(
    long Record, string PaymentId, DateTimeOffset At, int? Revision, string Recorded, string Derived);

/// <summary>What a replay found.</summary>
/// <param name="Records">Records of the journal that were read.</param>
/// <param name="Revisions">Policy revisions that came into force.</param>
/// <param name="Decisions">Decisions that were derived again.</param>
/// <param name="Differing">Decisions that come out otherwise.</param>
/// <param name="First">The first of those.</param>
/// <param name="Fault">Why the journal could not be read to its end; null when it was.</param>
public sealed record ReplayReport(
    long Records, int Revisions, int Decisions, int Differing, DecisionDifference? First, string? Fault)
{
    /// <summary>True when the journal is whole and every decision comes out as it is recorded.</summary>
    public bool Agrees => Fault is null && Differing == 0;
}

/// <summary>
/// Derives every decision on record again from what it was made on: the policy revision in force, the decoded facts, the
/// prices, the ledger and the window time of that moment. The same input gives the same output, or somebody has to say why.
/// Compared are verdict, code, rule, budgets and charges; sentences may be worded better by a later version.
/// </summary>
public static class DecisionReplay
{
    /// <summary>Replays the journal of a home. A guard may be running.</summary>
    /// <exception cref="JournalException">There is no journal.</exception>
    public static ReplayReport Run(GuardHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        var run = new ReplayRun();
        var report = JournalReplay.Run(home.Guard, run.Judge, run.Note);
        return new(report.Records, run.Revisions, run.Decisions, run.Differing, run.First, report.Fault);
    }

    private sealed class ReplayRun
    {
        private PolicyDocument? _policy;
        private Dictionary<string, DateTimeOffset> _payeesSince = [];

        public int Revisions { get; private set; }

        public int Decisions { get; private set; }

        public int Differing { get; private set; }

        public DecisionDifference? First { get; private set; }

        public void Note(string kind, JsonElement details)
        {
            if (kind == PolicyStore.RecordKind && details.Deserialize(AcceptedJson.Default.PolicyRecord) is { } record)
            {
                _policy = PolicyDocument.Load(Convert.FromBase64String(record.File));
                _payeesSince = record.PayeesSince;
                Revisions++;
            }
        }

        public void Judge(RecordedDecision recorded)
        {
            Decisions++;
            var payment = recorded.Payment;
            var (said, derived) = (Words(payment), Derive(recorded));
            if (said != derived)
            {
                Differing++;
                First ??= new(recorded.Sequence, payment.Id, payment.Created, _policy?.Revision, said, derived);
            }
        }

        private string Derive(RecordedDecision recorded)
        {
            if (_policy is null)
            {
                return "no policy was in force";
            }

            var payment = recorded.Payment;
            var recordedCode = payment.Decision.Deserialize(GuardJson.Default.DecisionView)!.Code;
            if (recordedCode == Rulings.PolicyChanging)
            {
                // Refused whatever any policy says.
                return Words(payment);
            }

            var facts = PaymentFacts.Read(payment);
            var view = new SpendingView(
                recorded.Ledger, (payee, chain, address) => PolicyStore.KnownSince(_payeesSince, payee, chain, address), payment.Client);
            var decision = PolicyEngine.Decide(_policy, facts.ToSpend(payment), view, facts.PriceView, recorded.Ledger.WindowNow);
            var ruling = Rulings.Replayed(decision, facts.IsPlanned, facts.Approval is not null, recordedCode);
            return Words(ruling.Verdict, ruling.Decision.Deserialize(GuardJson.Default.DecisionView)!, ruling.Charges);
        }

        private static string Words(Payment payment) => Words(
            payment.State switch
            {
                PaymentState.Denied => Ledger.Verdict.Deny,
                PaymentState.Waiting => Ledger.Verdict.Ask,
                _ => Ledger.Verdict.Allow,
            },
            payment.Decision.Deserialize(GuardJson.Default.DecisionView)!,
            payment.Charges);

        /// <summary>Everything that a decision decides, as one comparable text.</summary>
        private static string Words(Ledger.Verdict verdict, DecisionView decision, IReadOnlyList<Ledger.Charge> charges) => string.Join(
            "; ",
            [
                $"{verdict.ToString().ToLowerInvariant()} {decision.Code} by {decision.Rule}",
                .. decision.Budgets.Select(b =>
                    $"{b.Id}{(b.Key is null ? string.Empty : $" ({b.Key})")} {b.Used} used, {b.Held} held, {b.Charge ?? "nothing"} taken of {b.Limit} in {b.Window}"),
                .. charges.Select(c => $"{c.Counter} += {c.Amount}"),
            ]);
    }
}
