namespace ControlSurface.Demo;

/// <summary>What the demo says about itself: ids and codes, never texts or keys.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The demo is filling this server by way of {Address}, from seed {Seed}")]
    public static partial void Opening(this ILogger log, Uri address, int seed);

    [LoggerMessage(2, LogLevel.Debug, "{Agent} run {Run} plays {Plot} on {Item} under {Lease}")]
    public static partial void Began(this ILogger log, string agent, string run, Plot plot, string item, string lease);

    [LoggerMessage(3, LogLevel.Debug, "{Who} run {Run} lost {Item} under {Lease} to {Code}")]
    public static partial void Lost(this ILogger log, string who, string run, string item, string lease, string code);

    [LoggerMessage(4, LogLevel.Debug, "{Agent} was refused a claim in {Queue}: {Code}")]
    public static partial void ClaimRefused(this ILogger log, string agent, string queue, string code);

    [LoggerMessage(5, LogLevel.Debug, "{Who} {Did} {Item} {Code}")]
    public static partial void PersonDid(this ILogger log, string who, string did, string item, string code);

    [LoggerMessage(6, LogLevel.Debug, "{Agent} asked for {Item}, which another has: {Code}")]
    public static partial void AskedForTaken(this ILogger log, string agent, string item, string code);

    [LoggerMessage(7, LogLevel.Warning, "{Agent} could not create an item in {Queue}: {Code}")]
    public static partial void CreateRefused(this ILogger log, string agent, string queue, string code);

    [LoggerMessage(8, LogLevel.Error, "{Who} stumbled and starts again")]
    public static partial void Stumbled(this ILogger log, Exception exception, string who);

    [LoggerMessage(9, LogLevel.Error, "The demo cannot start: the server listens on no HTTP address")]
    public static partial void NoAddress(this ILogger log);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The name {Wanted} belongs to somebody else already: the demo calls its own {Taken}"
    )]
    public static partial void NameTaken(this ILogger log, string wanted, string taken);
}
