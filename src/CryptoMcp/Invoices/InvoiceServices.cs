using CryptoMcp.Evm;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Invoices;

/// <summary>What serving invoices needs.</summary>
internal static class InvoiceServices
{
    /// <summary>Adds it.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="facilitator">Who verifies and settles.</param>
    /// <param name="address">Where payers reach this server.</param>
    /// <param name="chains">The chains; each invoice names its own.</param>
    public static void AddInvoices(this IServiceCollection services, Uri facilitator, Uri address, EvmChains chains)
    {
        services.AddPayments(seller =>
        {
            seller.Facilitator = facilitator;
            seller.PublicUrl = address;
            seller.Chains = chains;
        });
        services.AddSingleton<InvoiceDoor>();
    }
}
