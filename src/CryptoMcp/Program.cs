using CryptoMcp.Commands;

// `serve` is what MCP clients start, and they wait for it: its plain form never loads the command-line library.
return ServeOptions.TryReadPlain(args) is { } plain
    ? await ServeCommand.RunAsync(plain, CancellationToken.None)
    : await CommandTree.Create().Parse(args).InvokeAsync();
