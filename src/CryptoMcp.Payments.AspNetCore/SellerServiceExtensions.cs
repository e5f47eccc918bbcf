using CryptoMcp.Payments.AspNetCore;
using CryptoMcp.Payments.AspNetCore.Http;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what selling needs.</summary>
public static class SellerServiceExtensions
{
    /// <summary>
    /// Lets endpoints and tools have prices. An <see cref="IFacilitator"/> and a <see cref="TimeProvider"/> that are registered
    /// already are used as they are.
    /// </summary>
    public static IServiceCollection AddPayments(this IServiceCollection services, Action<SellerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<SellerOptions>>().Value);
        services.TryAddSingleton<IFacilitator>(provider =>
        {
            var options = provider.GetRequiredService<SellerOptions>();
            var address = options.Facilitator
                ?? throw new InvalidOperationException("No facilitator is configured. Next: set SellerOptions.Facilitator, such as http://127.0.0.1:7420 for 'cryptomcp facilitator'.");
            return new HttpFacilitator(address, options.VerifyTimeout, options.SettleTimeout);
        });
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<SellerOptions>();
            return new PaymentBook(options.MaxRememberedPayments, options.MaxKeptAnswerBytes, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<OfferList>();
        services.TryAddSingleton<SettlementProof>();
        services.TryAddSingleton<Cashier>();
        services.TryAddSingleton<Paywall>();
        services.AddHostedService<PricesAtStart>();
        return services;
    }
}
