using CryptoMcp.Payments.AspNetCore.Selling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CryptoMcp.Payments.AspNetCore.Http;

/// <summary>
/// Holds an answer back: the work writes as always, flushes and files included, and nothing leaves before the payment is settled.
/// Limited in size.
/// </summary>
internal sealed class HeldResponse : IAsyncDisposable
{
    private readonly HttpContext _http;
    private readonly IHttpResponseBodyFeature _real;
    private readonly StreamResponseBodyFeature _held;
    private readonly LimitedStream _bytes;

    public HeldResponse(HttpContext http, int maxBytes)
    {
        _http = http;
        _real = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _bytes = new LimitedStream(maxBytes);
        _held = new StreamResponseBodyFeature(_bytes);
        http.Features.Set<IHttpResponseBodyFeature>(_held);
    }

    /// <summary>What the work has answered.</summary>
    public async ValueTask<KeptAnswer> FinishAsync()
    {
        await _held.CompleteAsync();
        return new(
            _http.Response.StatusCode,
            [.. _http.Response.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Select(value => value ?? "").ToArray()))],
            _bytes.ToArray());
    }

    /// <summary>Lets writes through again. What was held is dropped unless it was taken.</summary>
    public ValueTask DisposeAsync()
    {
        _http.Features.Set(_real);
        _held.Dispose();
        return _bytes.DisposeAsync();
    }

    /// <summary>The work's answer is larger than the seller's limit.</summary>
    public sealed class TooLargeException(int limit)
        : IOException($"The answer of a priced endpoint is held back until it is paid for, and may have {limit} bytes. Next: raise SellerOptions.MaxAnswerBytes, or charge with SettlementOrder.BeforeWork.");

    private sealed class LimitedStream(int limit) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            Check(count);
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Check(buffer.Length);
            base.Write(buffer);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Check(count);
            return base.WriteAsync(buffer, offset, count, cancellationToken);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Check(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }

        public override void WriteByte(byte value)
        {
            Check(1);
            base.WriteByte(value);
        }

        private void Check(int more)
        {
            if (Length + more > limit)
            {
                throw new TooLargeException(limit);
            }
        }
    }
}
