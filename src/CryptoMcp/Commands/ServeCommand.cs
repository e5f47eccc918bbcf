using System.CommandLine;
using CryptoMcp.Server;

namespace CryptoMcp.Commands;

/// <summary><c>serve</c>: the MCP server. It holds no key; the guard does.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var http = new Option<bool>("--http") { Description = "Speak Streamable HTTP on loopback instead of stdio." };
        var port = new Option<int>("--port") { Description = "Loopback port for --http.", DefaultValueFactory = _ => new ServeOptions().Port, HelpName = "PORT" };
        port.Within(1, ushort.MaxValue);
        var token = new Option<string?>("--token-file") { Description = "File with a bearer token that HTTP clients must present.", HelpName = "FILE" };
        var readOnly = new Option<bool>("--read-only") { Description = "Offer only tools that read; wins over every other choice." };
        var toolsets = new Option<string>("--toolsets")
        {
            Description = "Comma-separated: default, all, " + string.Join(", ", ToolSelection.All.Select(set => $"{set.Name} ({set.For})")) + ".",
            DefaultValueFactory = _ => "default",
            HelpName = "NAMES",
        };
        toolsets.Validators.Add(result =>
        {
            if (ToolSelection.TryParseToolsets(result.GetValueOrDefault<string>()) is null)
            {
                result.AddError($"--toolsets names an unknown toolset. Known: default, all, {string.Join(", ", ToolSelection.All.Select(set => set.Name))}.");
            }
        });
        var facilitator = Address("--facilitator", "With --http: serve invoices under /invoices, settled by this x402 facilitator, such as http://127.0.0.1:7420.");
        var publicUrl = Address("--public-url", "With --facilitator: where payers reach this server, if a proxy stands before it.");
        var command = new Command("serve", "Serve MCP: over stdio, as clients start it, or over HTTP. Starts a guard where none runs.");
        command.Options.Add(http);
        command.Options.Add(port);
        command.Options.Add(token);
        command.Options.Add(readOnly);
        command.Options.Add(toolsets);
        command.Options.Add(facilitator);
        command.Options.Add(publicUrl);
        command.Run((parsed, ct) => RunAsync(
            new ServeOptions
            {
                Home = parsed.GetValue(CommandTree.Home),
                Http = parsed.GetValue(http),
                Port = parsed.GetValue(port),
                TokenFile = parsed.GetValue(token),
                Facilitator = parsed.GetValue(facilitator),
                PublicUrl = parsed.GetValue(publicUrl),
                Tools = new() { ReadOnly = parsed.GetValue(readOnly), Toolsets = ToolSelection.TryParseToolsets(parsed.GetValue(toolsets)!)! },
            },
            ct));
        return command;
    }

    private static Option<Uri?> Address(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback))
            {
                return address;
            }

            result.AddError($"{name} takes an https address, or http on this machine.");
            return null;
        },
    };

    public static Task<int> RunAsync(ServeOptions options, CancellationToken ct) =>
        options.Http ? HttpServer.RunAsync(options, ct) : StdioHost.RunAsync(options);
}
