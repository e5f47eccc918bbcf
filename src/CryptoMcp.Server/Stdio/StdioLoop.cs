using CryptoMcp.Server.QuickStart;

namespace CryptoMcp.Server.Stdio;

/// <summary>The reading loop: prepared answers first, the SDK from the first message that they do not cover.</summary>
internal sealed class StdioLoop
{
    private readonly StdioServerOptions _options;
    private readonly LineReader _lines;
    private readonly LineWriter _output;
    private readonly QuickFront? _front;
    private readonly Lock _starting = new();
    private StdioSession? _session;
    private ITimer? _warmUp;

    public StdioLoop(StdioServerOptions options, LineReader lines, LineWriter output)
    {
        _options = options;
        _lines = lines;
        _output = output;
        _front = options.Prepared is { } prepared ? new QuickFront(prepared, output) : null;
    }

    /// <summary>Reads until the client closes its end, or can no longer be written to.</summary>
    public void Run()
    {
        try
        {
            if (_front is null || ServeQuickly(_front))
            {
                ServeFully();
            }
        }
        catch (IOException)
        {
            // The other end of stdout is gone; so is the client.
        }
    }

    /// <summary>Ends what was started, within the times of the options.</summary>
    public async Task EndAsync()
    {
        // Not awaited: a start that is just going on would hold up the end of the process.
        _warmUp?.Dispose();
        if (_session is { } session)
        {
            await session.EndAsync();
            await session.DisposeAsync();
        }
    }

    // True when a line is waiting that the prepared answers do not cover.
    private bool ServeQuickly(QuickFront front)
    {
        while (_lines.Read())
        {
            if (_lines.TooLong || !front.TryHandle(_lines.Line))
            {
                return true;
            }

            _warmUp ??= _options.Clock.CreateTimer(
                static loop => ((StdioLoop)loop!).StartSession(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _warmUp.Change(_options.WarmUpDelay, Timeout.InfiniteTimeSpan);
        }

        return false;
    }

    private void ServeFully()
    {
        var session = StartSession();
        if (_front is { Confirmation.IsEmpty: false })
        {
            session.Accept(_front.Confirmation.Span);
        }

        // The line that the front did not take comes first.
        var waiting = _front is not null;
        while (waiting || _lines.Read())
        {
            waiting = false;
            if (_lines.TooLong)
            {
                session.RefuseTooLong();
            }
            else
            {
                session.Accept(_lines.Line);
            }
        }
    }

    // Called by the reading thread and by the timer; whoever comes first starts the session, the other waits for it.
    private StdioSession StartSession()
    {
        lock (_starting)
        {
            return _session ??= StdioSession.Start(_options, _output, _front is null ? default : _front.Opening.Span);
        }
    }
}
