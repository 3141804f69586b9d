using System.Globalization;

namespace Benchmarks;

/// <summary>Processor time of a process and its children, as the kernel counts it: a server of PostgreSQL is a process for each connection.</summary>
internal sealed class ProcessorTime(int process)
{
    // The unit of /proc, whatever the kernel's own: 100 a second on each architecture that Debian has .NET for.
    private const int TicksPerSecond = 100;

    internal TimeSpan Used()
    {
        var id = process.ToString(CultureInfo.InvariantCulture);
        while (true)
        {
            var before = Read(id).Times.Ended;
            var children = OfChildren();
            var (own, ended) = Read(id).Times;
            // A child that ended meanwhile was counted twice or not at all.
            if (ended == before)
                return TimeSpan.FromSeconds((double)(own + ended + children) / TicksPerSecond);
        }
    }

    private long OfChildren()
    {
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(folder);
            if (!char.IsAsciiDigit(name[0]))
                continue;
            try
            {
                var (parent, (own, _)) = Read(name);
                if (parent == process)
                    ticks += own;
            }
            catch (IOException)
            {
                // It ended between the listing and the reading.
            }
        }
        return ticks;
    }

    // The fields of proc(5) after the name, which may hold anything: 1 is the parent, 11 and 12 its own time, 13 and 14 that of children which ended.
    private static (int Parent, (long Own, long Ended) Times) Read(string id)
    {
        var text = File.ReadAllText($"/proc/{id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long Ticks(int at) => long.Parse(fields[at], CultureInfo.InvariantCulture);
        return ((int)Ticks(1), (Ticks(11) + Ticks(12), Ticks(13) + Ticks(14)));
    }
}
