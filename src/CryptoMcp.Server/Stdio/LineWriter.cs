namespace CryptoMcp.Server.Stdio;

/// <summary>Writes whole lines, one at a time, whichever thread they come from.</summary>
internal sealed class LineWriter(Stream output)
{
    private readonly Lock _writing = new();

    /// <param name="line">One message, its newline included.</param>
    /// <exception cref="IOException">The client closed its end.</exception>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_writing)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
