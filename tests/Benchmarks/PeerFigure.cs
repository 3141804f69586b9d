using System.Globalization;

namespace Benchmarks;

/// <summary>One measurement of a peer, as a line of values between tabs. <c>peers/drive.mjs</c> writes the same line.</summary>
/// <param name="Name">What was measured: a row of the table.</param>
/// <param name="Callers">How many callers sent at once, each waiting for its answer.</param>
/// <param name="Cycles">Whole cycles of work; 0 where nothing is a cycle.</param>
/// <param name="Calls">Calls that were answered.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record PeerFigure(string Name, int Callers, long Cycles, long Calls, double Seconds)
{
    /// <summary>Milliseconds of a call, the median.</summary>
    internal double P50 { get; init; }

    /// <summary>Milliseconds that 1 call in 100 takes longer than.</summary>
    internal double P99 { get; init; }

    /// <summary>Processor time of the server and its children meanwhile, in seconds; 0 where there is none.</summary>
    internal double ServerSeconds { get; init; }

    /// <summary>Processor time of the load generator meanwhile, in seconds.</summary>
    internal double GeneratorSeconds { get; init; }

    internal double CallRate => Calls / Seconds;

    internal double CycleRate => Cycles / Seconds;

    internal double ServerMicrosecondsPerCall => ServerSeconds * 1_000_000 / Calls;

    internal double GeneratorMicrosecondsPerCall => GeneratorSeconds * 1_000_000 / Calls;

    internal string ToLine() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}\t{Callers}\t{Cycles}\t{Calls}\t{Seconds}\t{P50}\t{P99}\t{ServerSeconds}\t{GeneratorSeconds}"
        );

    internal static PeerFigure Parse(string line)
    {
        var values = line.Split('\t');
        return new PeerFigure(
            values[0],
            int.Parse(values[1], CultureInfo.InvariantCulture),
            long.Parse(values[2], CultureInfo.InvariantCulture),
            long.Parse(values[3], CultureInfo.InvariantCulture),
            Value(values[4])
        )
        {
            P50 = Value(values[5]),
            P99 = Value(values[6]),
            ServerSeconds = Value(values[7]),
            GeneratorSeconds = Value(values[8]),
        };
    }

    private static double Value(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
