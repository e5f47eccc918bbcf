using CryptoMcp.Ledger;

namespace CryptoMcp.Model;

/// <summary>
/// One payment in a state of the model, 19 bits: what the ledger has durably, what the process knows, and what is true
/// in the world. Times are ticks from 1 to 7; 0 is "not".
/// </summary>
internal struct ModelPayment
{
    internal const int Bits = 19;

    /// <summary>0 before the reservation, else the ledger's state and 1.</summary>
    internal int Stage;

    internal int ReservedAt;

    /// <summary>An authorization's expiry.</summary>
    internal int ExpiresAt;

    internal int SettledAt;

    /// <summary>World: when it was mined, in the chain as it is now.</summary>
    internal int MinedAt;

    /// <summary>World: when another transaction took its nonce (transactions have no expiry, so the bits are shared).</summary>
    internal int NonceTakenAt;

    /// <summary>World: a signature exists, and the adversary has it.</summary>
    internal bool Escaped;

    /// <summary>Process: somebody is at work on it; lost in a crash.</summary>
    internal bool InHand;

    /// <summary>Process: found to fit, and not recorded yet. Only the wrong protocol has this gap.</summary>
    internal bool Checked;

    internal readonly bool Exists => Stage != 0;

    internal readonly PaymentState State => (PaymentState)(Stage - 1);

    internal readonly bool IsPending => Exists && PaymentRules.Holds(State);

    internal readonly ulong Pack(bool isTransaction)
    {
        var shared = isTransaction ? NonceTakenAt : ExpiresAt;
        return (uint)(Stage | (ReservedAt << 4) | (shared << 7) | (SettledAt << 10) | (MinedAt << 13)
            | (Escaped ? 1 << 16 : 0) | (InHand ? 1 << 17 : 0) | (Checked ? 1 << 18 : 0));
    }

    internal static ModelPayment Unpack(uint bits, bool isTransaction)
    {
        var shared = (int)(bits >> 7) & 7;
        return new()
        {
            Stage = (int)bits & 15,
            ReservedAt = (int)(bits >> 4) & 7,
            ExpiresAt = isTransaction ? 0 : shared,
            NonceTakenAt = isTransaction ? shared : 0,
            SettledAt = (int)(bits >> 10) & 7,
            MinedAt = (int)(bits >> 13) & 7,
            Escaped = (bits >> 16 & 1) != 0,
            InHand = (bits >> 17 & 1) != 0,
            Checked = (bits >> 18 & 1) != 0,
        };
    }

    /// <inheritdoc/>
    public override readonly string ToString() => !Exists
        ? (Checked ? "checked" : "new")
        : $"{State}@{ReservedAt}"
            + (ExpiresAt > 0 ? $" until {ExpiresAt}" : "")
            + (Escaped ? " signed" : "")
            + (MinedAt > 0 ? $" mined@{MinedAt}" : "")
            + (NonceTakenAt > 0 ? $" nonce taken@{NonceTakenAt}" : "")
            + (SettledAt > 0 ? $" stamped {SettledAt}" : "");
}
