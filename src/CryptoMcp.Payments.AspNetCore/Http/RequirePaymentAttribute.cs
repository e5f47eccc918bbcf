using CryptoMcp.Payments.AspNetCore.Http;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Payments.AspNetCore;

/// <summary>
/// Puts a price on every action of an MVC controller. On controllers alone: an attribute on the method of a minimal API would be
/// read by nobody and the endpoint be free; there it is <c>.RequirePayment(…)</c>.
/// </summary>
/// <param name="price">Decimal text with unit, such as <c>0.01 USDC</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequirePaymentAttribute(string price) : Attribute, IAsyncResourceFilter
{
    private readonly PriceTag _tag = new(price);
    private bool _checked;

    /// <summary>The price.</summary>
    public string Price => _tag.Price;

    /// <summary><c>exact</c> or <c>upto</c>.</summary>
    public string Scheme { get => _tag.Scheme; set => _tag.Scheme = value; }

    /// <summary>When the money moves.</summary>
    public SettlementOrder Order { get => _tag.Order; set => _tag.Order = value; }

    /// <summary>What it is.</summary>
    public string? Description { get => _tag.Description; set => _tag.Description = value; }

    /// <inheritdoc/>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var services = context.HttpContext.RequestServices;
        if (!_checked)
        {
            services.GetRequiredService<OfferList>().Check(_tag);
            _checked = true;
        }

        var worked = false;
        await services.GetRequiredService<Paywall>().ServeAsync(context.HttpContext, _tag, async _ =>
        {
            worked = true;
            var executed = await next();
            if (executed is { Exception: { } problem, ExceptionHandled: false })
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
            }
        });
        if (!worked)
        {
            // The answer is written; MVC must not run the action after it.
            context.Result = new Microsoft.AspNetCore.Mvc.EmptyResult();
        }
    }
}
