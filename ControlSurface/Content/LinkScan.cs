using System.Buffers;
using System.Text.RegularExpressions;

namespace ControlSurface.Content;

/// <summary>Links whose words name another host than they lead to, and hosts that are not what they look like.</summary>
internal static class LinkScan
{
    // Without backtracking, so that no text can be made that takes long.
    private static readonly Regex Inline = new(
        @"\[(?<words>[^\[\]]+)\]\(\s*<?(?<to>[^\s()<>]+)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    private static readonly Regex Referring = new(
        @"\[(?<words>[^\[\]]+)\]\[(?<label>[^\[\]]+)\]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    private static readonly Regex Definition = new(
        @"^ {0,3}\[(?<label>[^\[\]]+)\]:\s*<?(?<to>[^\s<>]+)",
        RegexOptions.NonBacktracking
            | RegexOptions.ExplicitCapture
            | RegexOptions.Multiline
            | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    private static readonly Regex Anchor = new(
        @"<a\s[^<>]*href\s*=\s*[""']?(?<to>[^""'\s<>]+)[^<>]*>(?<words>[^<>]*)<",
        RegexOptions.NonBacktracking
            | RegexOptions.ExplicitCapture
            | RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    // What ends an address in running text.
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create([
        .. Enumerable.Range(0, 0x3001).Select(c => (char)c).Where(char.IsWhiteSpace),
        .. "<>()\"'\\",
    ]);

    private static readonly Regex Named = new(
        @"(?:^|[\s(/@])(?<host>(?:[\p{L}\p{N}](?:[\p{L}\p{N}\-]*)\.)+[\p{L}]+)(?:$|[\s/:?#),])",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    /// <summary>All of them, in whatever order, as places in the whole text; <paramref name="report"/> gets start, length and words.</summary>
    public static void Text(string text, Action<int, int, string, FindingKind> report)
    {
        if (text.Contains("](", StringComparison.Ordinal))
        {
            foreach (System.Text.RegularExpressions.Match link in Inline.Matches(text))
                Look(link.Groups["words"].Value, link.Groups["to"]);
        }
        if (text.Contains("]:", StringComparison.Ordinal))
            Referred(text, Look);
        if (text.Contains("<a", StringComparison.OrdinalIgnoreCase))
        {
            foreach (System.Text.RegularExpressions.Match link in Anchor.Matches(text))
                Look(link.Groups["words"].Value, link.Groups["to"]);
        }
        Addresses(text, report);

        void Look(string words, Group to)
        {
            if (Mismatch(words, to.Value) is { } why)
                report(to.Index, to.Length, why, FindingKind.LinkHost);
        }
    }

    // Step by step and not by a pattern: a text of nothing but addresses would cost gigabytes.
    private static void Addresses(string text, Action<int, int, string, FindingKind> report)
    {
        var looked = 0;
        while (text.IndexOf("://", looked, StringComparison.Ordinal) is var at and >= 0)
        {
            var start = at;
            while (
                start > looked && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '+' or '.' or '-')
            )
                start--;
            while (start < at && !char.IsAsciiLetter(text[start]))
                start++;
            var rest = at + 3;
            var end = text.AsSpan(rest).IndexOfAny(AddressEnds) is var length and >= 0 ? rest + length : text.Length;
            looked = Math.Max(end, rest);
            if (at - start < 2 || end == rest || HostOf(text[start..end]) is not { } host)
                continue;
            if (WordScan.Host(host) is { } why)
                report(start, end - start, why, FindingKind.LookAlike);
            if (NameBefore(text[rest..end]) is { } name)
                report(start, end - start, $"the address begins with {name} and leads to {host}", FindingKind.LinkHost);
        }
    }

    /// <summary>What is wrong with a link that says <paramref name="words"/>; null if they name no host, or the one it leads to.</summary>
    public static string? Mismatch(string words, string to)
    {
        if (HostOf(to) is not { } host)
            return null;
        var named = Named.Match(words) is { Success: true } name ? name.Groups["host"].Value : null;
        // "README.md" reads like a host, and is the file that the link leads to.
        if (
            named is null
            || Bare(named) == Bare(host)
            || to.Split('?', '#')[0].EndsWith("/" + named, StringComparison.Ordinal)
        )
            return null;
        return $"the link says {named} and leads to {host}";
    }

    /// <summary>The host that an address leads to, in lower case; null where it names none.</summary>
    public static string? HostOf(string address)
    {
        var start =
            address.StartsWith("//", StringComparison.Ordinal) ? 2
            : address.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? scheme + 3
            : -1;
        if (start < 0)
            return null;
        var end = address.AsSpan(start).IndexOfAny('/', '?', '#') is var at and >= 0 ? start + at : address.Length;
        var authority = address[start..end].Replace('\\', '/').Split('/')[0];
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        if (!host.StartsWith('[') && host.LastIndexOf(':') is var port and >= 0)
            host = host[..port];
        return host.Length == 0 ? null : host.ToLowerInvariant().TrimEnd('.');
    }

    private static void Referred(string text, Action<string, Group> look)
    {
        var targets = new Dictionary<string, Group>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Text.RegularExpressions.Match definition in Definition.Matches(text))
            targets.TryAdd(definition.Groups["label"].Value, definition.Groups["to"]);
        if (targets.Count == 0)
            return;
        foreach (System.Text.RegularExpressions.Match link in Referring.Matches(text))
        {
            if (targets.TryGetValue(link.Groups["label"].Value, out var to))
                look(link.Groups["words"].Value, to);
        }
        foreach (var (label, to) in targets)
            look(label, to);
    }

    // "https://bank.example@elsewhere.example" leads elsewhere.
    private static string? NameBefore(string rest)
    {
        var authority = rest.AsSpan().IndexOfAny('/', '?', '#') is var end and >= 0 ? rest[..end] : rest;
        var at = authority.LastIndexOf('@');
        return at > 0 && authority[..at].Contains('.', StringComparison.Ordinal) ? authority[..at] : null;
    }

    private static string Bare(string host)
    {
        var lower = host.ToLowerInvariant();
        return lower.StartsWith("www.", StringComparison.Ordinal) ? lower[4..] : lower;
    }
}
