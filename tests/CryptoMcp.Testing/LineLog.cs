namespace CryptoMcp.Testing;

/// <summary>The lines that a process has written, and a way to wait for one.</summary>
internal sealed class LineLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the stream has ended.</summary>
    public Task Ended => _end.Task;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>A line, or null for the end of the stream.</summary>
    public void Add(string? line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (line is null)
            {
                _end.TrySetResult();
            }
            else
            {
                _lines.Add(line);
            }

            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>The first line that holds the text; null when the stream ended without one.</summary>
    public async Task<string?> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        for (var read = 0; ;)
        {
            Task changed;
            lock (_gate)
            {
                for (; read < _lines.Count; read++)
                {
                    if (_lines[read].Contains(text, StringComparison.Ordinal))
                    {
                        return _lines[read];
                    }
                }

                if (_end.Task.IsCompleted)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
