using System.Text.RegularExpressions;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>One arrow: of what, from which state, to which, by which event. States are words of the wire.</summary>
internal readonly record struct Arrow(string Of, string From, string To, string Event);

/// <summary>The arrows that docs/STATES.md draws, and those that journals show.</summary>
internal static partial class StatesPage
{
    internal const string Lease = "Lease";
    internal const string Approval = "Approval";
    internal const string Action = "Action";
    internal const string Conflict = "Conflict";
    private const string Nothing = "[*]";

    // The page says in a sentence what four arrows each would make hard to see.
    private static readonly string[] EndsFromAnywhere =
    [
        "released",
        "handedOff",
        "requeued",
        "cancelled",
        "runEnded",
        "principalEnded",
        "lost",
    ];

    /// <summary>What the page draws. An arrow to the end of a picture is no event and is left out.</summary>
    internal static IReadOnlySet<Arrow> Drawn()
    {
        var arrows = new HashSet<Arrow>();
        var of = "";
        foreach (var line in File.ReadLines(Path.Combine(Repository.Folder, "docs", "STATES.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                of = line[3..];
            if (ArrowLine().Match(line) is { Success: true } drawn)
            {
                foreach (var name in drawn.Groups["events"].Value.Split(", "))
                    arrows.Add(new Arrow(of, drawn.Groups["from"].Value, drawn.Groups["to"].Value, name));
            }
        }
        foreach (var name in EndsFromAnywhere)
        {
            foreach (var from in Enum.GetValues<LeaseState>().Where(s => s != LeaseState.Ended))
                arrows.Add(new Arrow(Lease, WireNames.Of(from), WireNames.Of(LeaseState.Ended), "lease." + name));
        }
        return arrows;
    }

    /// <summary>What a journal shows. An event that leaves a state as it was counts where the page draws that.</summary>
    internal static IReadOnlySet<Arrow> ShownBy(IReadOnlyList<Recorded> journal)
    {
        var arrows = new HashSet<Arrow>();
        var at = new Workspace();
        foreach (var recorded in journal)
        {
            var before = StatesOn(at, recorded.Event);
            at.Evolve(recorded);
            foreach (var ((of, id), now) in StatesOn(at, recorded.Event))
            {
                var was = before.GetValueOrDefault((of, id), Nothing);
                // What comes back from the archive was in that state before.
                if (recorded.Event is not ItemEvent.Restored)
                    arrows.Add(new Arrow(of, was, now, recorded.Event.Type));
            }
        }
        return arrows;
    }

    // The states of all that the event could touch.
    private static Dictionary<(string Of, string Id), string> StatesOn(Workspace at, Event happened)
    {
        var states = new Dictionary<(string, string), string>();
        if (happened is LeaseEvent lease && at.FindLease(lease.Lease) is { } known)
            states[(Lease, known.Id.Text)] = WireNames.Of(known.State);
        if (happened is OnArtifact on && at.FindArtifact(on.Artifact) is { } artifact)
        {
            foreach (var approval in artifact.Approvals)
                states[(Approval, approval.Id.Text)] = WireNames.Of(approval.State);
        }
        if (happened is ActionEvent action && at.FindAction(action.Action) is { } one)
            states[(Action, one.Id)] = WireNames.Of(one.Written);
        if (happened is ConflictEvent conflict && at.FindConflict(conflict.Conflict) is { } collision)
            states[(Conflict, collision.Id.Text)] = WireNames.Of(collision.State);
        return states;
    }

    /// <summary>Fails where the page draws something else than the days showed, and says each arrow.</summary>
    internal static void Draws(IReadOnlySet<Arrow> shown, params string[] of)
    {
        var drawn = Drawn();
        var own = shown.Where(a => of.Contains(a.Of)).ToList();
        List<string> faults =
        [
            .. own.Where(a => a.From != a.To && !drawn.Contains(a)).Select(a => $"happened and is not drawn: {a}"),
            .. drawn.Where(a => of.Contains(a.Of) && !own.Contains(a)).Select(a => $"is drawn and never happened: {a}"),
        ];
        Assert.True(faults.Count == 0, "docs/STATES.md: " + string.Join('\n', faults));
    }

    [GeneratedRegex(@"^  (?<from>\w+|\[\*\]) --> (?<to>\w+): (?<events>.+)$")]
    private static partial Regex ArrowLine();
}
