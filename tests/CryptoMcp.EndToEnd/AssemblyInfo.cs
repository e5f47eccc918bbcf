using System.Runtime.Versioning;

// Processes and their environment are looked at through /proc.
[assembly: SupportedOSPlatform("linux")]

// Whole programs compete for the machine's cores; side by side they would only time each other out.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
