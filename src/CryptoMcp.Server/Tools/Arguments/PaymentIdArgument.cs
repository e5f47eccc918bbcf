using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>The guard's id of a payment.</summary>
internal static class PaymentIdArgument
{
    private const string Name = "payment_id";

    /// <summary>How the schema shows it.</summary>
    public static Argument Schema { get; } = Argument.Required(Name, "\"pay_…\" from transfer_send or payment_list.");

    /// <summary>Checks the form before the id becomes part of a path.</summary>
    /// <exception cref="ToolException"><c>invalid_payment_id</c>.</exception>
    public static string Read(ToolCall call)
    {
        var id = call.Text(Name);
        return id.Length is > 4 and <= 80 && id.StartsWith("pay_", StringComparison.Ordinal) && IsPlain(id)
            ? id
            : throw new ToolException("invalid_payment_id", "That is no payment id.", "Pass an id such as pay_…; payment_list shows them.");
    }

    private static bool IsPlain(string id)
    {
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
