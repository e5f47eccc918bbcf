namespace CryptoMcp.Ledger.Tests;

/// <summary>What every ledger promises, tried on one of the places where records can be kept.</summary>
public abstract class LedgerContract<TPlace>
    where TPlace : ILedgerPlace, new()
{
    private protected static Task<Bench> OpenAsync(ManualTime? time = null, IFailPoints? failPoints = null) => Bench.OpenAsync(new TPlace(), time, failPoints);
}

public sealed class JournalBudgetTests : BudgetTests<JournalPlace>;

public sealed class JournalIdempotencyTests : IdempotencyTests<JournalPlace>;

public sealed class JournalNonceAndFreezeTests : NonceAndFreezeTests<JournalPlace>;

public sealed class JournalStepTests : StepTests<JournalPlace>;

public sealed class JournalPaymentRoadTests : PaymentRoadTests<JournalPlace>;

public sealed class JournalRandomRunTests : RandomRunTests<JournalPlace>;

public sealed class PostgresBudgetTests : BudgetTests<PostgresPlace>;

public sealed class PostgresIdempotencyTests : IdempotencyTests<PostgresPlace>;

public sealed class PostgresNonceAndFreezeTests : NonceAndFreezeTests<PostgresPlace>;

public sealed class PostgresStepTests : StepTests<PostgresPlace>;

public sealed class PostgresPaymentRoadTests : PaymentRoadTests<PostgresPlace>;

public sealed class PostgresRandomRunTests : RandomRunTests<PostgresPlace>;
