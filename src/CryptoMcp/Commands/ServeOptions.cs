using System.Globalization;
using CryptoMcp.Server;

namespace CryptoMcp.Commands;

/// <summary>How to serve MCP.</summary>
internal sealed record ServeOptions
{
    /// <summary>The home directory, where another than the default is wanted.</summary>
    public string? Home { get; init; }

    /// <summary>Speak Streamable HTTP instead of stdio.</summary>
    public bool Http { get; init; }

    /// <summary>Loopback port of HTTP.</summary>
    public int Port { get; init; } = 7410;

    /// <summary>A file with a bearer token that HTTP clients must present.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The facilitator that settles payments of invoices; null: no invoices are served.</summary>
    public Uri? Facilitator { get; init; }

    /// <summary>Where payers reach this server, if not at its loopback port.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Which tools are offered.</summary>
    public ToolSelection Tools { get; init; } = ToolSelection.Default;

    /// <summary>Log warnings only.</summary>
    public bool Quiet { get; init; }

    /// <summary>
    /// Reads the forms that clients' config files use, so that the command-line library need not be loaded. Anything
    /// else, mistakes included, is null and goes the long way, which explains itself.
    /// </summary>
    public static ServeOptions? TryReadPlain(string[] args)
    {
        if (args is not ["serve", .. var rest])
        {
            return null;
        }

        var options = new ServeOptions();
        for (var i = 0; i < rest.Length; i++)
        {
            var value = i + 1 < rest.Length ? rest[i + 1] : null;
            switch (rest[i])
            {
                case "--http":
                    options = options with { Http = true };
                    break;
                case "--read-only":
                    options = options with { Tools = options.Tools with { ReadOnly = true } };
                    break;
                case "--toolsets" when value is not null && ToolSelection.TryParseToolsets(value) is { } toolsets:
                    options = options with { Tools = options.Tools with { Toolsets = toolsets } };
                    i++;
                    break;
                case "--home" when value is { Length: > 0 } && value[0] != '-':
                    options = options with { Home = value };
                    i++;
                    break;
                case "--token-file" when value is { Length: > 0 } && value[0] != '-':
                    options = options with { TokenFile = value };
                    i++;
                    break;
                case "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0:
                    options = options with { Port = port };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
