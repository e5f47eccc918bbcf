using CryptoMcp.Payments.AspNetCore;
using CryptoMcp.Payments.AspNetCore.Http;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Prices on endpoints.</summary>
public static class PaymentEndpointExtensions
{
    /// <summary>
    /// Puts a price on an endpoint, or on all of a group: whoever asks without paying gets the terms with status 402, and the
    /// endpoint runs only for payments that were verified. It wraps the endpoint itself, so there is no middleware that
    /// could be forgotten.
    /// </summary>
    /// <param name="builder">An endpoint, a group, <c>MapControllers()</c>.</param>
    /// <param name="price">Decimal text with unit, such as <c>0.01 USDC</c>; a ceiling for <c>upto</c>.</param>
    /// <param name="configure">Scheme, order, description and the rest.</param>
    /// <exception cref="InvalidOperationException">When the endpoint is built: the price cannot be paid with the configured chains.</exception>
    public static TBuilder RequirePayment<TBuilder>(this TBuilder builder, string price, Action<PriceTag>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var tag = new PriceTag(price);
        configure?.Invoke(tag);

        // After all other conventions, so that filters and whatever else wraps the endpoint runs for paying callers only.
        builder.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<PriceTag>().Any())
            {
                throw new InvalidOperationException($"{endpoint.DisplayName} has two prices. Next: call RequirePayment once for it.");
            }

            endpoint.ApplicationServices.GetRequiredService<OfferList>().Check(tag);
            var paywall = endpoint.ApplicationServices.GetRequiredService<Paywall>();
            var work = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} does nothing that could be sold.");
            endpoint.Metadata.Add(tag);
            endpoint.RequestDelegate = http => paywall.ServeAsync(http, tag, work);
        });
        return builder;
    }

    /// <summary>
    /// Sells one request at a price that only the request tells, such as that of an invoice. The work runs for a payment that was
    /// verified, and what it answers leaves once that is settled.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="tag">The price.</param>
    /// <param name="work">What is sold.</param>
    /// <exception cref="InvalidOperationException">The price cannot be paid.</exception>
    public static Task SellAsync(this HttpContext http, PriceTag tag, RequestDelegate work)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(tag);
        http.RequestServices.GetRequiredService<OfferList>().Check(tag);
        return http.RequestServices.GetRequiredService<Paywall>().ServeAsync(http, tag, work);
    }
}
