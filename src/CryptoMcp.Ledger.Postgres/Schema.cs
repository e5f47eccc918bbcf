using System.Globalization;
using Npgsql;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>The tables in the database, by version. Each version is one file of SQL that is applied once, whole or not at all.</summary>
public static class Schema
{
    /// <summary>The version that this program works with.</summary>
    public const int Current = 1;

    /// <summary>Serialises those that change the tables and those that append: one number for both, in this database.</summary>
    internal const long LockKey = 7165923480996638051;

    private const string Table = """
        CREATE SCHEMA IF NOT EXISTS cryptomcp;
        CREATE TABLE IF NOT EXISTS cryptomcp.schema_version (version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
        """;

    /// <summary>All SQL that makes the tables, for a person to read or to apply.</summary>
    public static string Sql(string? role = null)
    {
        var sql = Table;
        for (var version = 1; version <= Current; version++)
        {
            sql += $"\n{Migration(version)}\nINSERT INTO cryptomcp.schema_version (version) VALUES ({version.ToString(CultureInfo.InvariantCulture)});\n";
        }

        return role is null ? sql : $"{sql}\n{Grants(role)}";
    }

    /// <summary>Makes or upgrades the tables, and gives <paramref name="role"/>, if named, the rights that a guard needs.</summary>
    /// <exception cref="LedgerUnavailableException">The tables are of a newer program, or may not be made.</exception>
    public static async Task<int> PrepareAsync(LedgerDatabase database, string? role, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            await using var connection = await database.ConnectAsync("schema", cancellationToken).ConfigureAwait(false);
            var applied = await UpgradeAsync(connection, cancellationToken).ConfigureAwait(false);
            if (role is not null)
            {
                await RunAsync(connection, Grants(role), cancellationToken).ConfigureAwait(false);
            }

            return applied;
        }
        catch (Exception e) when (LedgerDatabase.IsFault(e))
        {
            throw database.Unavailable(e);
        }
    }

    /// <summary>Brings the tables to <see cref="Current"/>; says how many versions were applied.</summary>
    internal static async Task<int> UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await VersionAsync(connection, cancellationToken).ConfigureAwait(false) == Current)
        {
            return 0;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey.ToString(CultureInfo.InvariantCulture)})", cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, Table, cancellationToken).ConfigureAwait(false);
        var from = await VersionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (from > Current)
        {
            throw new LedgerUnavailableException(
                $"The tables in {connection.Database} are of version {from}, and this program knows up to {Current}. Use a newer program for every guard of the fleet.");
        }

        for (var version = from + 1; version <= Current; version++)
        {
            await RunAsync(connection, Migration(version), cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, $"INSERT INTO cryptomcp.schema_version (version) VALUES ({version.ToString(CultureInfo.InvariantCulture)})", cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return Current - from;
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('cryptomcp.schema_version') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            return 0;
        }

        await using var version = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM cryptomcp.schema_version", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>What a guard needs and no more: read the log, append through the one function, divide the work.</summary>
    private static string Grants(string role)
    {
        var name = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return $"""
            GRANT USAGE ON SCHEMA cryptomcp TO {name};
            GRANT SELECT ON cryptomcp.schema_version, cryptomcp.record TO {name};
            GRANT EXECUTE ON FUNCTION cryptomcp.append(bigint, text, bigint[], text[], numeric[]) TO {name};
            GRANT SELECT, INSERT, UPDATE, DELETE ON cryptomcp.lease TO {name};

            """;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Migration(int version)
    {
        var name = version.ToString("0000", CultureInfo.InvariantCulture) + ".sql";
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
