using System.Text.RegularExpressions;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// Every act of the pages is pressed by a story that follows the focus, or it says here why none is. An act is what <c>data-do</c>
/// names; a new one fails this test until somebody has looked where it leaves the focus.
/// </summary>
public partial class ActTests
{
    /// <summary>Acts that no story presses, each with its reason.</summary>
    private static readonly Dictionary<string, string> NotFollowed = new(StringComparer.Ordinal)
    {
        ["sign_out"] = "It ends the circuit: what follows is a page that the browser loads, and begins at its top.",
        ["stop_bulk"] =
            "It stands there only while a job runs. One that lasts until a hand has pressed it takes tens of thousands of items.",
    };

    /// <summary>What an expression in a page stands for: the acts that it can name.</summary>
    private static readonly Dictionary<string, string[]> Computed = new(StringComparer.Ordinal)
    {
        ["@Do"] = [], // a part that is given its act
        ["@entry.Do"] = [], // an entry of a menu: the page names its act
        // ItemOffer.Of
        ["@offer.Do"] =
        [
            "take_over",
            "accept",
            "claim",
            "complete",
            "complete_with",
            "checkpoint",
            "renew",
            "resume_lease",
            "force",
            "requeue",
            "hand_off",
            "release",
            "release_with",
            "decline",
            "unpark",
            "park",
            "snooze",
            "edit_item",
            "note",
            "cancel",
        ],
        ["@Switch"] = ["pause", "resume"],
        ["@act.Key"] =
        [
            "bulk_cancel",
            "bulk_priority",
            "bulk_label",
            "bulk_requeue",
            "bulk_unpark",
            "bulk_takeover",
            "bulk_handoff",
            "bulk_dismiss",
            "bulk_keep_current",
            "bulk_take_proposed",
            "bulk_retry",
        ],
        ["@($"] = ["settle:current", "settle:proposed", "settle:both", "settle:edit"],
        ["resolve:@choice.Code"] = ["resolve:keep_current", "resolve:merge"],
        ["resolve:@view.Choices[0].Code"] = ["resolve:keep_current", "resolve:merge"],
    };

    [Fact]
    public void Each_act_of_the_pages_is_pressed_by_a_story_of_the_focus_or_says_why_not()
    {
        var acts = Acts();
        Assert.True(acts.Count > 80, $"only {acts.Count} acts were read");
        var pressed = Pressed();
        var missing = acts.Where(act => !pressed.Contains(act) && !NotFollowed.ContainsKey(act)).ToList();
        Assert.True(
            missing.Count == 0,
            "Press these in a FocusStory (tests/Browser.Tests), or say here why not: " + string.Join(", ", missing)
        );
    }

    /// <summary>A reason that stayed here after its act was pressed, or was taken away, would let another act go unseen.</summary>
    [Fact]
    public void Each_act_that_says_why_not_is_there_and_not_pressed()
    {
        var acts = Acts();
        var pressed = Pressed();
        Assert.DoesNotContain(NotFollowed.Keys, act => !acts.Contains(act) || pressed.Contains(act));
    }

    private static SortedSet<string> Acts()
    {
        var acts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files("ControlSurface").Where(file => Path.GetExtension(file) is ".razor"))
        {
            foreach (var match in DataDo().Matches(File.ReadAllText(file)).Cast<Match>())
            {
                var act = match.Groups["act"].Value;
                if (Plain().IsMatch(act))
                    acts.Add(act.Replace("confirm:", "", StringComparison.Ordinal));
                else if (match.Groups["own"].Success)
                    acts.UnionWith(
                        Computed.GetValueOrDefault(act)
                            ?? throw new InvalidOperationException($"{Path.GetFileName(file)}: which acts is {act}?")
                    );
            }
        }
        return acts;
    }

    // What a story hands to its helpers, which look where the focus is afterwards: an act, a place with one, or each of several.
    private static HashSet<string> Pressed() =>
        [
            .. Repository
                .Files(Path.Combine("tests", "Browser.Tests"))
                .Where(file => Path.GetExtension(file) is ".cs")
                .Select(File.ReadAllText)
                .Where(text => text.Contains(": FocusStory(street)", StringComparison.Ordinal))
                .SelectMany(text => Handed().Matches(text).Cast<Match>())
                .SelectMany(match => Words().Matches(match.Value).Cast<Match>())
                .Select(match => match.Groups["act"].Value),
        ];

    // An attribute of a button, or the parameter or member that names one.
    [GeneratedRegex("""(?<own>data-do=)"(?<act>[^"]+)"|\bDo ?= ?"(?<act>[^"@$]+)"|\bDo='(?<act>[^'@]+)'""")]
    private static partial Regex DataDo();

    [GeneratedRegex("^[a-z_]+(:[a-z_]+)*$")]
    private static partial Regex Plain();

    [GeneratedRegex(
        """(Presses|Acts|DoesTo)Async\(\s*\w+,\s*([\w.\[\]]+,\s*)?"[a-z_:]+"|data-do='[a-z_:]+'|\(string\[\]\)\s*\[[^\]]*\]"""
    )]
    private static partial Regex Handed();

    [GeneratedRegex("""["'](confirm:)?(?<act>[a-z_]+(:[a-z_]+)?)["']""")]
    private static partial Regex Words();
}
