namespace CryptoMcp.Server.X402;

/// <summary>
/// Answers that were paid for, for a while: an agent that lost one and repeats its call gets it again, without the seller.
/// </summary>
internal sealed class AnswerShelf
{
    private const int MostAnswers = 64;
    private const int MostBytes = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SellerAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _bytes;

    /// <summary>Keeps an answer; the oldest give way.</summary>
    public void Keep(string paymentId, SellerAnswer answer)
    {
        lock (_gate)
        {
            if (answer.Body.Length > MostBytes / 4 || !_answers.TryAdd(paymentId, answer))
            {
                return;
            }

            _order.Enqueue(paymentId);
            _bytes += answer.Body.Length;
            while (_order.Count > MostAnswers || _bytes > MostBytes)
            {
                _answers.Remove(_order.Dequeue(), out var oldest);
                _bytes -= oldest!.Body.Length;
            }
        }
    }

    /// <summary>The answer that this payment bought.</summary>
    public SellerAnswer? Find(string paymentId)
    {
        lock (_gate)
        {
            return _answers.GetValueOrDefault(paymentId);
        }
    }
}
