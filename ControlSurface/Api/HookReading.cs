using System.Globalization;
using System.Text.Json;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>What an outside system's words mean here, or that they mean nothing.</summary>
internal static class HookReading
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <summary>Why nothing follows from it; null where something may.</summary>
    internal static string? WhyIgnored(ApiCall call, JsonElement body)
    {
        var sent = call.Http.Request.Headers["X-GitHub-Event"].ToString();
        if (sent == "ping" || (Text(body, "/zen") is not null && Text(body, "/hook_id") is not null))
            return "ping: the address works";
        if (IsOfAnotherKind(call, body, sent) is { } other)
            return other;
        if (PushThatDoesNotCount(call, body) is { } push)
            return push;
        // A sender of its own kind says where its members are; of the many kinds that it sends most do not have them.
        foreach (var name in (string[])["target", "version"])
        {
            var pointer = Pointer(call, name);
            if (
                (call.Query(name) is not null || sent.Length > 0)
                && pointer.StartsWith('/')
                && Text(body, pointer) is null
            )
                return $"it has nothing at {pointer}{(sent.Length > 0 ? $", as {Shown(sent)} has not" : "")}";
        }
        return null;
    }

    // A change of a pull request has a member "after" too, but it is of its own branch.
    private static string? IsOfAnotherKind(ApiCall call, JsonElement body, string sent)
    {
        if (Pointer(call, "version") != "/after")
            return null;
        if (sent.Length > 0 && sent != "push")
            return $"{Shown(sent)} is no push";
        return Follow(body, "/pull_request") is not null ? "a pull request is no push" : null;
    }

    private static string? PushThatDoesNotCount(ApiCall call, JsonElement body)
    {
        if (Text(body, "/ref") is not { } named || Text(body, "/after") is not { } after)
            return null;
        var isDeleted =
            Follow(body, "/deleted")?.ValueKind == JsonValueKind.True || (after.Length > 0 && after.All(c => c == '0'));
        if (isDeleted)
            return $"{Shown(named)} was deleted, and nothing has a new version by that";
        // Whoever makes a branch the target follows each of them.
        if (Pointer(call, "target") == "/ref")
            return null;
        if (named.StartsWith(Tags, StringComparison.Ordinal))
            return $"{Shown(named)} is a tag";
        var counts =
            call.Query("branch")
            ?? Text(body, "/repository/default_branch")
            ?? Text(body, "/repository/master_branch")
            ?? Text(body, "/project/default_branch");
        return counts is null || Plain(named) == Plain(counts)
            ? null
            : $"{Shown(named)} is not the branch that counts, {Shown(counts)}";
    }

    private static string Plain(string branch) =>
        branch.StartsWith(Branches, StringComparison.Ordinal) ? branch[Branches.Length..] : branch;

    /// <summary>The change that is reported. What is wrong with it is among the call's faults.</summary>
    internal static TargetCommand.Report Read(ApiCall call, JsonElement body)
    {
        var source = call.Route("source");
        var target = $"{source}:{At(call, body, "target", isNeeded: true)}";
        var version = At(call, body, "version", isNeeded: true) ?? "";
        return new TargetCommand.Report(
            target,
            version,
            At(call, body, "by", isNeeded: false) ?? source,
            At(call, body, "note", isNeeded: false),
            When(call, body) ?? BeforeWhatIsKnown(call, body, target, version),
            CausedBy: null
        );
    }

    private static DateTimeOffset? When(ApiCall call, JsonElement body)
    {
        if (At(call, body, "at", isNeeded: false) is not { } text)
            return null;
        if (
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 253_402_300_799
        )
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000));
        if (
            DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at
            )
        )
            return at;
        call.Faults.Add("at", "leads to no instant, neither RFC 3339 nor seconds since 1970");
        return null;
    }

    // A version that was known before the one that is known now, and that does not say that it follows that one, is an earlier
    // delivery that comes again: it is history, from an instant before what is known.
    private static DateTimeOffset? BeforeWhatIsKnown(ApiCall call, JsonElement body, string target, string version)
    {
        if (TargetPath.Check(target, out var canonical) is not null)
            return null;
        var known = call.Host.Engine.Picture.Read(at => at.FindTarget(canonical));
        if (
            known is not { Version.Length: > 0 }
            || known.Version == version
            || known.Changes.All(change => change.Version != version)
        )
            return null;
        var follows = Text(body, "/before");
        if (follows == known.Version)
            return null;
        // A sender may have said the first instant that there is.
        return known.OccurredAt.UtcTicks < TimeSpan.TicksPerMillisecond
            ? known.OccurredAt
            : known.OccurredAt.AddMilliseconds(-1);
    }

    private static string Pointer(ApiCall call, string name) => call.Query(name) ?? "/" + name;

    private static string? At(ApiCall call, JsonElement body, string name, bool isNeeded)
    {
        var pointer = Pointer(call, name);
        if (!pointer.StartsWith('/'))
        {
            call.Faults.Add(name, "must be a JSON pointer, such as /repository/full_name");
            return null;
        }
        var text = Text(body, pointer);
        if (text is null && isNeeded)
            call.Faults.Add(name, $"leads to no string or number in what was sent: {pointer}");
        return text;
    }

    private static string? Text(JsonElement body, string pointer) =>
        Follow(body, pointer) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };

    private static JsonElement? Follow(JsonElement at, string pointer)
    {
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member))
                at = member;
            else if (
                at.ValueKind == JsonValueKind.Array
                && int.TryParse(name, CultureInfo.InvariantCulture, out var k)
                && k >= 0
                && k < at.GetArrayLength()
            )
                at = at[k];
            else
                return null;
        }
        return at;
    }

    private static string Shown(string text) => ShownText.Short(text, 100);
}
