using Benchmarks;

// Each figure of docs/BENCHMARKS.md is made by one of these, by name; see there for how it was run and beside what.
return args switch
{
    ["engine", .. var rest] => EngineBenchmark.Run(rest),
    ["http", .. var rest] => HttpBenchmark.Run(rest),
    ["memory", .. var rest] => MemoryBenchmark.Run(rest),
    ["hub", .. var rest] => HubBenchmark.Run(rest),
    ["start", .. var rest] => StartBenchmark.Run(rest),
    ["journal", .. var rest] => JournalBenchmark.Run(rest),
    ["disk", .. var rest] => DiskBenchmark.Run(rest),
    ["diff", .. var rest] => DiffBenchmark.Run(rest),
    ["locks", .. var rest] => LockBenchmark.Run(rest),
    ["review", .. var rest] => ReviewBenchmark.Run(rest),
    ["mcp", .. var rest] => McpBenchmark.Run(rest),
    ["stream", .. var rest] => StreamBenchmark.Run(rest),
    ["pages", .. var rest] => PagesBenchmark.Run(rest),
    ["path"] => PathBenchmark.Run(),
    ["limits", .. var rest] => LimitsBenchmark.Run(rest),
    ["search", .. var rest] => SearchBenchmark.Run(rest),
    ["figures", .. var rest] => FiguresBenchmark.Run(rest),
    ["peers", .. var rest] => PeersBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: Benchmarks engine [COMMANDS] | memory [LEASES] | http [SECONDS] | journal [FOLDER] | disk [WORKS [CALLERS [COPY]]] | hub [CONNECTIONS] | start [EVENTS] | diff [LINES] | locks [HELD] | review [SECONDS] | search [ITEMS] | figures [EVENTS] | mcp [SECONDS] | limits [SECONDS [REQUESTS]] | pages [PAGES [LEASES]] | path | stream [SECONDS [AGENTS [CONNECTIONS [ROUNDS]]]] | peers (see peers/run.sh)"
    );
    return 2;
}
