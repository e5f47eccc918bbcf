using System.Net;
using System.Net.Sockets;

namespace CryptoMcp.Web;

/// <summary>
/// An HTTP handler for addresses of strangers' choice. A name is resolved once, every address that it has must be public,
/// and the connection goes to the very address that was checked, so that a name which changes between check and use (DNS
/// rebinding) gains nothing. No proxy, no cookies, no redirects, no decompression, no credentials.
/// </summary>
public static class PinnedHandler
{
    /// <summary>Makes a handler; the caller disposes it.</summary>
    public static SocketsHttpHandler Create(WebOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            ConnectTimeout = options.ConnectTimeout,
            // Names may point elsewhere tomorrow; a check is not good for longer than this.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, options, cancellationToken),
        };
    }

    /// <summary>Refuses an address that may not be asked at all: not https, credentials in it, a private address in digits.</summary>
    /// <exception cref="WebFailureException"><see cref="WebFailure.NotAllowed"/> or <see cref="WebFailure.PrivateAddress"/>.</exception>
    public static void Check(Uri address, WebOptions options)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(options);
        if (!address.IsAbsoluteUri || address.Host.Length == 0 || address.UserInfo.Length > 0)
        {
            throw new WebFailureException(WebFailure.NotAllowed, "The address is no plain web address: it has no host, or credentials in it.");
        }

        if (options.IsTrusted(address))
        {
            return;
        }

        if (address.Scheme != Uri.UriSchemeHttps)
        {
            throw new WebFailureException(WebFailure.NotAllowed, $"{Shown(address)} is not https.");
        }

        if (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal) && !PublicAddresses.IsPublic(literal))
        {
            throw Private(address);
        }
    }

    internal static string Shown(Uri address) => Money.UntrustedText.Clean(address.IdnHost, 100);

    private static WebFailureException Private(Uri address) =>
        new(WebFailure.PrivateAddress, $"{Shown(address)} leads to an address that is not public; it was not connected to.");

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, WebOptions options, CancellationToken cancellationToken)
    {
        var address = context.InitialRequestMessage.RequestUri!;
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, options, cancellationToken).ConfigureAwait(false);

        // One private address among public ones is a name that someone is about to rebind: all are refused.
        if (!options.IsTrusted(address) && !Array.TrueForAll(addresses, PublicAddresses.IsPublic))
        {
            throw Private(address);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, WebOptions options, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : options.Resolve is { } resolve
                ? await resolve(host, cancellationToken).ConfigureAwait(false)
                : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return addresses.Length > 0
            ? addresses
            : throw new WebFailureException(WebFailure.Unreachable, $"{Money.UntrustedText.Clean(host, 100)} has no address.");
    }
}
