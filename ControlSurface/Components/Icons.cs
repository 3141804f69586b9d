using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components;

/// <summary>
/// Every drawing the pages use: Lucide (ISC licence, see <c>css/LICENSE-lucide.txt</c>) on a grid of 24, stroke 2. A name is an id in the
/// sprite that <see cref="Shell.IconSprite"/> writes once for a page, so that a row carries a reference and not the path.
/// </summary>
internal static class Icons
{
    public const string AlignLeft = "align-left";
    public const string ArrowDown = "arrow-down";
    public const string ArrowRight = "arrow-right";
    public const string ArrowRightLeft = "arrow-right-left";
    public const string ArrowUp = "arrow-up";
    public const string Ban = "ban";
    public const string Bell = "bell";
    public const string BookOpen = "book-open";
    public const string Bookmark = "bookmark";
    public const string Bot = "bot";
    public const string Check = "check";
    public const string CheckCheck = "check-check";
    public const string ChevronDown = "chevron-down";
    public const string ChevronRight = "chevron-right";
    public const string CircleArrowRight = "circle-arrow-right";
    public const string CircleCheck = "circle-check";
    public const string CircleDashed = "circle-dashed";
    public const string CircleDot = "circle-dot";
    public const string CircleDotDashed = "circle-dot-dashed";
    public const string CircleMinus = "circle-minus";
    public const string CirclePause = "circle-pause";
    public const string CircleQuestionMark = "circle-question-mark";
    public const string CircleX = "circle-x";
    public const string Columns2 = "columns-2";
    public const string Copy = "copy";
    public const string Database = "database";
    public const string Ellipsis = "ellipsis";
    public const string ExternalLink = "external-link";
    public const string Eye = "eye";
    public const string FileCheck = "file-check";
    public const string FileClock = "file-clock";
    public const string FileCode = "file-code";
    public const string FileText = "file-text";
    public const string Fingerprint = "fingerprint";
    public const string Flag = "flag";
    public const string GitCompareArrows = "git-compare-arrows";
    public const string GitMerge = "git-merge";
    public const string Globe = "globe";
    public const string Hand = "hand";
    public const string History = "history";
    public const string Hourglass = "hourglass";
    public const string Inbox = "inbox";
    public const string KeyRound = "key-round";
    public const string Keyboard = "keyboard";
    public const string Layers = "layers";
    public const string ListFilter = "list-filter";
    public const string Lock = "lock";
    public const string LogOut = "log-out";
    public const string Mail = "mail";
    public const string Merge = "merge";
    public const string MessageSquare = "message-square";
    public const string Minus = "minus";
    public const string Moon = "moon";
    public const string OctagonAlert = "octagon-alert";
    public const string Pause = "pause";
    public const string Play = "play";
    public const string Plug = "plug";
    public const string Plus = "plus";
    public const string Radio = "radio";
    public const string RefreshCw = "refresh-cw";
    public const string Replace = "replace";
    public const string Search = "search";
    public const string Settings = "settings";
    public const string ShieldCheck = "shield-check";
    public const string ShieldX = "shield-x";
    public const string Sun = "sun";
    public const string Terminal = "terminal";
    public const string TicketCheck = "ticket-check";
    public const string TimerOff = "timer-off";
    public const string TriangleAlert = "triangle-alert";
    public const string Undo2 = "undo-2";
    public const string Unlink = "unlink";
    public const string UserSearch = "user-search";
    public const string WifiOff = "wifi-off";
    public const string X = "x";
    public const string Zap = "zap";

    /// <summary>The inside of the <c>svg</c> of each name; <c>MudIcon</c> takes these as they are.</summary>
    public static IReadOnlyDictionary<string, string> Paths { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [AlignLeft] = """<path d="M21 5H3"/><path d="M15 12H3"/><path d="M17 19H3"/>""",
            [ArrowDown] = """<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>""",
            [ArrowRight] = """<path d="M5 12h14"/><path d="m12 5 7 7-7 7"/>""",
            [ArrowRightLeft] =
                """<path d="m16 3 4 4-4 4"/><path d="M20 7H4"/><path d="m8 21-4-4 4-4"/><path d="M4 17h16"/>""",
            [ArrowUp] = """<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>""",
            [Ban] = """<circle cx="12" cy="12" r="10"/><path d="M4.929 4.929 19.07 19.071"/>""",
            [Bell] =
                """<path d="M10.268 21a2 2 0 0 0 3.464 0"/><path d="M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326"/>""",
            [BookOpen] =
                """<path d="M12 5v16"/><path d="M20.001 19A2 2 0 0022 17V5a2 2 0 00-1.999-2L16 3.002A5 5 0 0012 5a5 5 0 00-4-2H4a2 2 0 00-2 2v12a2 2 0 001.999 2H8a5 5 0 014 2 5 5 0 014-2z"/>""",
            [Bookmark] =
                """<path d="M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z"/>""",
            [Bot] =
                """<path d="M12 8V4H8"/><rect width="16" height="12" x="4" y="8" rx="2"/><path d="M2 14h2"/><path d="M20 14h2"/><path d="M15 13v2"/><path d="M9 13v2"/>""",
            [Check] = """<path d="M20 6 9 17l-5-5"/>""",
            [CheckCheck] = """<path d="M18 6 7 17l-5-5"/><path d="m22 10-7.5 7.5L13 16"/>""",
            [ChevronDown] = """<path d="m6 9 6 6 6-6"/>""",
            [ChevronRight] = """<path d="m9 18 6-6-6-6"/>""",
            [CircleArrowRight] = """<circle cx="12" cy="12" r="10"/><path d="m12 16 4-4-4-4"/><path d="M8 12h8"/>""",
            [CircleCheck] = """<circle cx="12" cy="12" r="10"/><path d="m16 9-5.5 5.5L8 12"/>""",
            [CircleDashed] =
                """<path d="M10.1 2.182a10 10 0 0 1 3.8 0"/><path d="M13.9 21.818a10 10 0 0 1-3.8 0"/><path d="M17.609 3.721a10 10 0 0 1 2.69 2.7"/><path d="M2.182 13.9a10 10 0 0 1 0-3.8"/><path d="M20.279 17.609a10 10 0 0 1-2.7 2.69"/><path d="M21.818 10.1a10 10 0 0 1 0 3.8"/><path d="M3.721 6.391a10 10 0 0 1 2.7-2.69"/><path d="M6.391 20.279a10 10 0 0 1-2.69-2.7"/>""",
            [CircleDot] = """<circle cx="12" cy="12" r="1"/><circle cx="12" cy="12" r="10"/>""",
            [CircleDotDashed] =
                """<path d="M10.1 2.18a9.93 9.93 0 0 1 3.8 0"/><path d="M17.6 3.71a9.95 9.95 0 0 1 2.69 2.7"/><path d="M21.82 10.1a9.93 9.93 0 0 1 0 3.8"/><path d="M20.29 17.6a9.95 9.95 0 0 1-2.7 2.69"/><path d="M13.9 21.82a9.94 9.94 0 0 1-3.8 0"/><path d="M6.4 20.29a9.95 9.95 0 0 1-2.69-2.7"/><path d="M2.18 13.9a9.93 9.93 0 0 1 0-3.8"/><path d="M3.71 6.4a9.95 9.95 0 0 1 2.7-2.69"/><circle cx="12" cy="12" r="1"/>""",
            [CircleMinus] = """<circle cx="12" cy="12" r="10"/><path d="M8 12h8"/>""",
            [CirclePause] =
                """<circle cx="12" cy="12" r="10"/><line x1="10" x2="10" y1="15" y2="9"/><line x1="14" x2="14" y1="15" y2="9"/>""",
            [CircleQuestionMark] =
                """<circle cx="12" cy="12" r="10"/><path d="M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3"/><path d="M12 17h.01"/>""",
            [CircleX] = """<circle cx="12" cy="12" r="10"/><path d="m15 9-6 6"/><path d="m9 9 6 6"/>""",
            [Columns2] = """<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M12 3v18"/>""",
            [Copy] =
                """<rect width="14" height="14" x="8" y="8" rx="2" ry="2"/><path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"/>""",
            [Database] =
                """<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5V19A9 3 0 0 0 21 19V5"/><path d="M3 12A9 3 0 0 0 21 12"/>""",
            [Ellipsis] =
                """<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>""",
            [ExternalLink] =
                """<path d="M15 3h6v6"/><path d="M10 14 21 3"/><path d="M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6"/>""",
            [Eye] =
                """<path d="M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0"/><circle cx="12" cy="12" r="3"/>""",
            [FileCheck] =
                """<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="m9 15 2 2 4-4"/>""",
            [FileClock] =
                """<path d="M16 22h2a2 2 0 0 0 2-2V8a2.4 2.4 0 0 0-.706-1.706l-3.588-3.588A2.4 2.4 0 0 0 14 2H6a2 2 0 0 0-2 2v2.85"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="M8 14v2.2l1.6 1"/><circle cx="8" cy="16" r="6"/>""",
            [FileCode] =
                """<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="M10 12.5 8 15l2 2.5"/><path d="m14 12.5 2 2.5-2 2.5"/>""",
            [FileText] =
                """<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="M10 9H8"/><path d="M16 13H8"/><path d="M16 17H8"/>""",
            [Fingerprint] =
                """<path d="M12 10a2 2 0 0 0-2 2c0 1.02-.1 2.51-.26 4"/><path d="M14 13.12c0 2.38 0 6.38-1 8.88"/><path d="M17.29 21.02c.12-.6.43-2.3.5-3.02"/><path d="M2 12a10 10 0 0 1 18-6"/><path d="M2 16h.01"/><path d="M21.8 16c.2-2 .131-5.354 0-6"/><path d="M5 19.5C5.5 18 6 15 6 12a6 6 0 0 1 .34-2"/><path d="M8.65 22c.21-.66.45-1.32.57-2"/><path d="M9 6.8a6 6 0 0 1 9 5.2v2"/>""",
            [Flag] =
                """<path d="M4 22V4a1 1 0 0 1 .4-.8A6 6 0 0 1 8 2c3 0 5 2 7.333 2q2 0 3.067-.8A1 1 0 0 1 20 4v10a1 1 0 0 1-.4.8A6 6 0 0 1 16 16c-3 0-5-2-8-2a6 6 0 0 0-4 1.528"/>""",
            [GitCompareArrows] =
                """<circle cx="5" cy="6" r="3"/><path d="M12 6h5a2 2 0 0 1 2 2v7"/><path d="m15 9-3-3 3-3"/><circle cx="19" cy="18" r="3"/><path d="M12 18H7a2 2 0 0 1-2-2V9"/><path d="m9 15 3 3-3 3"/>""",
            [GitMerge] =
                """<circle cx="18" cy="18" r="3"/><circle cx="6" cy="6" r="3"/><path d="M6 21V9a9 9 0 0 0 9 9"/>""",
            [Globe] =
                """<circle cx="12" cy="12" r="10"/><path d="M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20"/><path d="M2 12h20"/>""",
            [Hand] =
                """<path d="M18 11V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2"/><path d="M14 10V4a2 2 0 0 0-2-2a2 2 0 0 0-2 2v2"/><path d="M10 10.5V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2v8"/><path d="M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.34l-3.6-3.6a2 2 0 0 1 2.83-2.82L7 15"/>""",
            [History] =
                """<path d="M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8"/><path d="M3 3v5h5"/><path d="M12 7v5l4 2"/>""",
            [Hourglass] =
                """<path d="M5 22h14"/><path d="M5 2h14"/><path d="M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22"/><path d="M7 2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2"/>""",
            [Inbox] =
                """<polyline points="22 12 16 12 14 15 10 15 8 12 2 12"/><path d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"/>""",
            [KeyRound] =
                """<path d="M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z"/><circle cx="16.5" cy="7.5" r=".5" fill="currentColor"/>""",
            [Keyboard] =
                """<path d="M10 8h.01"/><path d="M12 12h.01"/><path d="M14 8h.01"/><path d="M16 12h.01"/><path d="M18 8h.01"/><path d="M6 8h.01"/><path d="M7 16h10"/><path d="M8 12h.01"/><rect width="20" height="16" x="2" y="4" rx="2"/>""",
            [Layers] =
                """<path d="M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z"/><path d="M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12"/><path d="M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17"/>""",
            [ListFilter] = """<path d="M2 5h20"/><path d="M6 12h12"/><path d="M9 19h6"/>""",
            [Lock] =
                """<rect width="18" height="11" x="3" y="11" rx="2" ry="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>""",
            [LogOut] =
                """<path d="m16 17 5-5-5-5"/><path d="M21 12H9"/><path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>""",
            [Mail] =
                """<path d="m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7"/><rect x="2" y="4" width="20" height="16" rx="2"/>""",
            [Merge] =
                """<path d="m8 6 4-4 4 4"/><path d="M12 2v10.3a4 4 0 0 1-1.172 2.872L4 22"/><path d="m20 22-5-5"/>""",
            [MessageSquare] =
                """<path d="M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z"/>""",
            [Minus] = """<path d="M5 12h14"/>""",
            [Moon] =
                """<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/>""",
            [OctagonAlert] =
                """<path d="M12 16h.01"/><path d="M12 8v4"/><path d="M15.312 2a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586l-4.688-4.688A2 2 0 0 1 2 15.312V8.688a2 2 0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2z"/>""",
            [Pause] =
                """<rect x="14" y="3" width="5" height="18" rx="1"/><rect x="5" y="3" width="5" height="18" rx="1"/>""",
            [Play] =
                """<path d="M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z"/>""",
            [Plug] =
                """<path d="M12 22v-5"/><path d="M15 8V2"/><path d="M17 8a1 1 0 0 1 1 1v4a4 4 0 0 1-4 4h-4a4 4 0 0 1-4-4V9a1 1 0 0 1 1-1z"/><path d="M9 8V2"/>""",
            [Plus] = """<path d="M5 12h14"/><path d="M12 5v14"/>""",
            [Radio] =
                """<path d="M16.247 7.761a6 6 0 0 1 0 8.478"/><path d="M19.075 4.933a10 10 0 0 1 0 14.134"/><path d="M4.925 19.067a10 10 0 0 1 0-14.134"/><path d="M7.753 16.239a6 6 0 0 1 0-8.478"/><circle cx="12" cy="12" r="2"/>""",
            [RefreshCw] =
                """<path d="M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8"/><path d="M21 3v5h-5"/><path d="M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16"/><path d="M8 16H3v5"/>""",
            [Replace] =
                """<path d="M14 4a1 1 0 0 1 1-1"/><path d="M15 10a1 1 0 0 1-1-1"/><path d="M21 4a1 1 0 0 0-1-1"/><path d="M21 9a1 1 0 0 1-1 1"/><path d="m3 7 3 3 3-3"/><path d="M6 10V5a2 2 0 0 1 2-2h2"/><rect x="3" y="14" width="7" height="7" rx="1"/>""",
            [Search] = """<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>""",
            [Settings] =
                """<path d="M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915"/><circle cx="12" cy="12" r="3"/>""",
            [ShieldCheck] =
                """<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/><path d="m9 12 2 2 4-4"/>""",
            [ShieldX] =
                """<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/><path d="m14.5 9.5-5 5"/><path d="m9.5 9.5 5 5"/>""",
            [Sun] =
                """<circle cx="12" cy="12" r="4"/><path d="M12 2v2"/><path d="M12 20v2"/><path d="m4.93 4.93 1.41 1.41"/><path d="m17.66 17.66 1.41 1.41"/><path d="M2 12h2"/><path d="M20 12h2"/><path d="m6.34 17.66-1.41 1.41"/><path d="m19.07 4.93-1.41 1.41"/>""",
            [Terminal] = """<path d="M12 19h8"/><path d="m4 17 6-6-6-6"/>""",
            [TicketCheck] =
                """<path d="M2 9a3 3 0 0 1 0 6v2a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-2a3 3 0 0 1 0-6V7a2 2 0 0 0-2-2H4a2 2 0 0 0-2 2Z"/><path d="m9 12 2 2 4-4"/>""",
            [TimerOff] =
                """<path d="M10 2h4"/><path d="M4.6 11a8 8 0 0 0 1.7 8.7 8 8 0 0 0 8.7 1.7"/><path d="M7.4 7.4a8 8 0 0 1 10.3 1 8 8 0 0 1 .9 10.2"/><path d="m2 2 20 20"/><path d="M12 12v-2"/>""",
            [TriangleAlert] =
                """<path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/><path d="M12 9v4"/><path d="M12 17h.01"/>""",
            [Undo2] =
                """<path d="M9 14 4 9l5-5"/><path d="M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"/>""",
            [Unlink] =
                """<path d="m18.84 12.25 1.72-1.71h-.02a5.004 5.004 0 0 0-.12-7.07 5.006 5.006 0 0 0-6.95 0l-1.72 1.71"/><path d="m5.17 11.75-1.71 1.71a5.004 5.004 0 0 0 .12 7.07 5.006 5.006 0 0 0 6.95 0l1.71-1.71"/><line x1="8" x2="8" y1="2" y2="5"/><line x1="2" x2="5" y1="8" y2="8"/><line x1="16" x2="16" y1="19" y2="22"/><line x1="19" x2="22" y1="16" y2="16"/>""",
            [UserSearch] =
                """<circle cx="10" cy="7" r="4"/><path d="M10.3 15H7a4 4 0 0 0-4 4v2"/><circle cx="17" cy="17" r="3"/><path d="m21 21-1.9-1.9"/>""",
            [WifiOff] =
                """<path d="M12 20h.01"/><path d="M8.5 16.429a5 5 0 0 1 7 0"/><path d="M5 12.859a10 10 0 0 1 5.17-2.69"/><path d="M19 12.859a10 10 0 0 0-2.007-1.523"/><path d="M2 8.82a15 15 0 0 1 4.177-2.643"/><path d="M22 8.82a15 15 0 0 0-11.288-3.764"/><path d="m2 2 20 20"/>""",
            [X] = """<path d="M18 6 6 18"/><path d="m6 6 12 12"/>""",
            [Zap] =
                """<path d="M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 01-.472-.667z"/>""",
        };

    /// <summary>The drawing at 16 px, or at 14 px where text of 12 px stands beside it. Hidden from screen readers: a word says the same.</summary>
    public static MarkupString Draw(string name, bool small = false) =>
        Drawn.GetOrAdd(
            (name, small),
            static icon =>
                (MarkupString)
                    $"""<svg class="icon{(icon.Small ? " small" : "")}" aria-hidden="true"><use href="#{icon.Name}"></use></svg>"""
        );

    // A page has a hundred of them, and is drawn again and again.
    private static readonly ConcurrentDictionary<(string Name, bool Small), MarkupString> Drawn = [];
}
