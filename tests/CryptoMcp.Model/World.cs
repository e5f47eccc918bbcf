using System.Text;

namespace CryptoMcp.Model;

/// <summary>A whole state: payments, chain time, and which of the one crash and one reorganisation are spent.</summary>
internal struct World
{
    internal ModelPayment[] Payments;
    internal int Time;
    internal bool Crashed;
    internal bool Reorged;

    internal static World Initial(int payments) => new() { Payments = new ModelPayment[payments], Time = 1 };

    internal readonly World Copy() => this with { Payments = (ModelPayment[])Payments.Clone() };

    internal readonly ulong Pack(Scenario scenario)
    {
        var packed = (ulong)(uint)Time | (Crashed ? 8ul : 0) | (Reorged ? 16ul : 0);
        for (var i = 0; i < Payments.Length; i++)
        {
            packed |= Payments[i].Pack(scenario.IsTransaction(i)) << (5 + (i * ModelPayment.Bits));
        }

        return packed;
    }

    internal static World Unpack(ulong packed, Scenario scenario)
    {
        var world = new World
        {
            Payments = new ModelPayment[scenario.Amounts.Length],
            Time = (int)packed & 7,
            Crashed = (packed & 8) != 0,
            Reorged = (packed & 16) != 0,
        };
        for (var i = 0; i < world.Payments.Length; i++)
        {
            var bits = (uint)(packed >> (5 + (i * ModelPayment.Bits))) & ((1u << ModelPayment.Bits) - 1);
            world.Payments[i] = ModelPayment.Unpack(bits, scenario.IsTransaction(i));
        }

        return world;
    }

    /// <inheritdoc/>
    public override readonly string ToString()
    {
        var text = new StringBuilder($"t={Time}");
        foreach (var payment in Payments)
        {
            text.Append(" | ").Append(payment);
        }

        return text.Append(Crashed ? " | crashed" : "").Append(Reorged ? " | reorged" : "").ToString();
    }
}
