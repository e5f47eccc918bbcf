namespace CryptoMcp.Ledger;

/// <summary>Named places at which a test stops the process or makes a step fail. In production nothing happens there.</summary>
public interface IFailPoints
{
    /// <summary>The program has come to the place <paramref name="name"/>.</summary>
    void Reach(string name);
}

/// <summary>Fail points that do nothing.</summary>
public sealed class NoFailPoints : IFailPoints
{
    /// <summary>The one instance.</summary>
    public static readonly NoFailPoints Instance = new();

    private NoFailPoints()
    {
    }

    /// <inheritdoc/>
    public void Reach(string name)
    {
    }
}
