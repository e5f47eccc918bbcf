using CryptoMcp.Commands;

// `serve` is what MCP clients start, and they wait for it: its plain form never loads the command-line library.
return ServeOptions.TryReadPlain(args) switch
{
    { Http: false } plain => await ServeCommand.RunAsync(plain, CancellationToken.None),
    { } plain => await Errors.GuardAsync(() => ServeCommand.RunAsync(plain, CancellationToken.None), json: false, CancellationToken.None),
    null => await CommandTree.RunAsync(args),
};
