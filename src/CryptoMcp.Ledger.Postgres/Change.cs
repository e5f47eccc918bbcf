namespace CryptoMcp.Ledger.Postgres;

/// <summary>A caller's change on its way into the log.</summary>
internal abstract class Change
{
    private volatile bool _isForsaken;

    /// <summary>True when its caller waits no longer.</summary>
    internal bool IsForsaken => _isForsaken;

    /// <summary>The payments that it recorded something about.</summary>
    internal List<string> Payments { get; } = [];

    /// <summary>Decides against the book. What it throws is its caller's answer, once what it appended is durable.</summary>
    internal abstract void Run();

    /// <summary>Answers: what it appended and all it saw is durable.</summary>
    internal abstract void Complete();

    /// <summary>Answers that it could not be recorded, or that nobody knows whether it was.</summary>
    internal abstract void Fail(Exception cause);

    /// <summary>Its caller gave up waiting.</summary>
    internal void Forsake() => _isForsaken = true;
}

/// <summary>A change with its result.</summary>
internal sealed class Change<T>(Func<T> change) : Change
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _thrown;

    internal Task<T> Answer => _answer.Task;

    internal override void Run()
    {
        (_result, _thrown) = (default, null);
        Payments.Clear();
        try
        {
            _result = change();
        }
        catch (Exception e)
        {
            _thrown = e;
        }
    }

    internal override void Complete()
    {
        if (_thrown is null)
        {
            _answer.TrySetResult(_result!);
        }
        else
        {
            Fail(_thrown);
        }
    }

    internal override void Fail(Exception cause)
    {
        _answer.TrySetException(cause);

        // Where the caller has gone, nobody else would look at it.
        _ = _answer.Task.Exception;
    }
}
