using CryptoMcp.WholeProgram;

// The built program, timed from outside: bench/run builds it first and passes its path.
if (args.Length == 0 || !File.Exists(args[0]))
{
    Console.Error.WriteLine("Usage: CryptoMcp.WholeProgram PATH-OF-CRYPTOMCP. 'bench/run' does it all.");
    return 2;
}

var report = new Report();
await StartUp.MeasureAsync(args[0], report);
await using var ground = await Ground.StartAsync(args[0]);
await Reads.MeasureAsync(ground, report);
await Transfers.MeasureAsync(ground, report);
report.Print();
return 0;
