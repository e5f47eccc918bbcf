namespace CryptoMcp.Http;

/// <summary>
/// The body of an event stream that writes a comment line whenever it has been silent for a while, because a proxy that
/// sees nothing for a minute takes the connection for dead. The transport hands over each event in one write, so a
/// comment between two writes is always between two events (HTML standard, 9.2.6: lines that start with a colon are
/// ignored).
/// </summary>
internal sealed class KeepAliveStream : Stream
{
    /// <summary>
    /// Silence after which the first comment is written. Until then the status line waits for the first message, which may be
    /// an error with a status of its own; but a client must not wait for headers as long as a tool runs.
    /// </summary>
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    private static readonly ReadOnlyMemory<byte> s_comment = ": keep-alive\n\n"u8.ToArray();

    private readonly Stream _body;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _interval;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ITimer? _timer;
    private long _lastWrite;
    private bool _spoken;
    private bool _ended;

    public KeepAliveStream(Stream body, TimeSpan interval, TimeProvider clock)
    {
        _body = body;
        _clock = clock;
        _interval = interval;
        _lastWrite = clock.GetTimestamp();
        if (interval > TimeSpan.Zero)
        {
            _timer = clock.CreateTimer(static state => _ = ((KeepAliveStream)state!).SpeakAsync(), this, Min(s_first, interval), interval);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _spoken = true;
            _lastWrite = _clock.GetTimestamp();
            await _body.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _body.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Stops the timer and waits for a comment that is just being written; the body itself stays open.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _writing.WaitAsync();
        _ended = true;
        _writing.Release();
        await base.DisposeAsync();
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task SpeakAsync()
    {
        // A write in progress is as good as a comment.
        if (!await _writing.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (_ended || (_spoken && _clock.GetElapsedTime(_lastWrite) < _interval))
            {
                return;
            }

            _spoken = true;
            await _body.WriteAsync(s_comment);
            await _body.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone; the request's own cancellation ends the stream.
            _ended = true;
        }
        finally
        {
            _writing.Release();
        }
    }
}
