using System.Globalization;
using CryptoMcp.Payments;
using CryptoMcp.Payments.AspNetCore;
using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>A list of what is for sale here.</summary>
public static class CatalogueExtensions
{
    private const int MostAtOnce = 100;

    /// <summary>
    /// Lists the priced endpoints in the shape of the discovery API (<c>{ items, pagination }</c>, with <c>limit</c> and
    /// <c>offset</c>). Endpoints with parameters in their path appear with the parameters in braces.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where.</param>
    public static IEndpointConventionBuilder MapPaymentCatalogue(this IEndpointRouteBuilder endpoints, string pattern = "/discovery/resources")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapMethods(pattern, [HttpMethods.Get], (RequestDelegate)ListAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var limit = Math.Clamp(Number(http, "limit", 20), 1, MostAtOnce);
        var offset = Number(http, "offset", 0);
        var listed = http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Tag: endpoint.Metadata.GetMetadata<PriceTag>()))
            .Where(entry => entry.Tag is { Listed: true })
            .OrderBy(entry => entry.Endpoint.RoutePattern.RawText, StringComparer.Ordinal)
            .ToList();
        var cashier = http.RequestServices.GetRequiredService<Cashier>();
        var options = http.RequestServices.GetRequiredService<SellerOptions>();
        var items = new List<(string Url, string Method, PaymentRequired Terms)>();
        try
        {
            foreach (var (endpoint, tag) in listed.Skip(offset).Take(limit))
            {
                var url = BaseOf(http, options) + "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
                var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()is { HttpMethods: [var first, ..] } ? first : HttpMethods.Get;
                var (terms, _) = await cashier.TermsAsync(
                    tag!, ResourceInfo.Create(url, tag!.Description, tag.MimeType, options.ServiceName), "", null, http.RequestAborted);
                items.Add((url, method, terms));
            }
        }
        catch (FacilitatorException error)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            await WriteAsync(http, WireJson.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", error.Code);
                writer.WriteEndObject();
            }));
            return;
        }

        var updated = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        await WriteAsync(http, WireJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("x402Version", 2);
            writer.WriteStartArray("items");
            foreach (var (url, method, terms) in items)
            {
                writer.WriteStartObject();
                writer.WriteString("resource", url);
                writer.WriteString("type", "http");
                writer.WriteString("method", method);
                writer.WriteNumber("x402Version", 2);
                writer.WriteString("lastUpdated", updated);
                if (terms.Resource?.Description is { } description)
                {
                    writer.WriteString("description", description);
                }

                writer.WriteStartArray("accepts");
                foreach (var offer in terms.Accepts)
                {
                    offer.Json.WriteTo(writer);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("pagination");
            writer.WriteNumber("limit", limit);
            writer.WriteNumber("offset", offset);
            writer.WriteNumber("total", listed.Count);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
    }

    private static string BaseOf(HttpContext http, SellerOptions options) => (options.PublicUrl is { } url
        ? UriHelper.BuildAbsolute(url.Scheme, HostString.FromUriComponent(url), http.Request.PathBase)
        : UriHelper.BuildAbsolute(http.Request.Scheme, http.Request.Host, http.Request.PathBase)).TrimEnd('/');

    private static int Number(HttpContext http, string name, int otherwise) =>
        int.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static Task WriteAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        return http.Response.Body.WriteAsync(json).AsTask();
    }
}
