using ControlSurface.Components;
using ControlSurface.Core.Queues;

namespace ControlSurface.Pages.Views;

/// <summary>A queue's policy as people read and write it: each setting with what follows from it.</summary>
public static class PolicyWords
{
    /// <summary>All settings in the order of a lease's life, then of a review's.</summary>
    /// <param name="typed">Values as they are being edited, by setting; what is not in it is as it is.</param>
    /// <param name="refused">What the rules say of a value, by setting.</param>
    /// <param name="lastWeek">What another value would have done is counted in it.</param>
    public static IReadOnlyList<PolicyRow> Rows(
        QueuePolicy policy,
        IReadOnlyDictionary<string, string>? typed = null,
        LastWeek? lastWeek = null,
        IReadOnlyDictionary<string, string>? refused = null
    )
    {
        var week = lastWeek ?? LastWeek.Unknown;
        var draft = policy;
        foreach (var (setting, text) in Typed(typed))
            draft = setting.Read(new PolicyChange(), text.Trim())?.ApplyTo(draft) ?? draft;
        return
        [
            .. PolicySettings.All.Select(setting => new PolicyRow(
                setting.Name,
                setting.Member.Label,
                typed?.GetValueOrDefault(setting.Name) ?? setting.Show(policy),
                setting.Member.Say(draft, week),
                typed is null ? null : Wrong(setting, typed, refused)
            )
            {
                Choices = [.. setting.Choices.Select(one => new ChoiceView(one.Value, one.Words))],
                IsLine = setting.IsLine,
                IsSwitch = setting.Member is SwitchMember,
                Expected = setting.Choices.Count == 0 ? setting.Expected : null,
                Was = setting.Member.Differs(policy, draft) ? setting.Named(setting.Show(policy)) : null,
                WhyFixed =
                    typed is null || setting.CanHold(policy)
                        ? null
                        : "It holds a name that this field would read as something else: set it over the API.",
            }),
        ];
    }

    /// <summary>Which settings would change, each with the value that it has and the one that it would have.</summary>
    public static IReadOnlyList<(string Setting, string Was, string Becomes)> Changes(
        QueuePolicy policy,
        IReadOnlyDictionary<string, string> typed
    ) =>
        Read(typed, out _)?.ApplyTo(policy) is not { } draft
            ? []
            :
            [
                .. PolicySettings
                    .All.Where(setting => setting.Member.Differs(policy, draft))
                    .Select(setting =>
                        (setting.Member.Label, setting.Named(setting.Show(policy)), setting.Named(setting.Show(draft)))
                    ),
            ];

    /// <summary>What was typed, as a change of the policy; what cannot be read is named with why.</summary>
    public static PolicyChange? Read(IReadOnlyDictionary<string, string> typed, out string? wrong)
    {
        wrong = null;
        var change = new PolicyChange();
        foreach (var (setting, text) in Typed(typed))
        {
            if (setting.Read(change, text.Trim()) is not { } next)
            {
                wrong = $"{setting.Name}: “{text}” is not {setting.Expected}.";
                return null;
            }
            change = next;
        }
        return change;
    }

    private static IEnumerable<(PolicySetting Setting, string Text)> Typed(
        IReadOnlyDictionary<string, string>? typed
    ) =>
        PolicySettings
            .All.Where(setting => typed?.ContainsKey(setting.Name) == true)
            .Select(setting => (setting, typed![setting.Name]));

    private static string? Wrong(
        PolicySetting setting,
        IReadOnlyDictionary<string, string> typed,
        IReadOnlyDictionary<string, string>? refused
    ) =>
        typed.TryGetValue(setting.Name, out var text) && setting.Read(new PolicyChange(), text.Trim()) is null
            ? setting.FaultIn(text) is { } part && part != text.Trim()
                ? $"“{part}” cannot be read. What may be written is {setting.Expected}."
                : $"“{text}” is not {setting.Expected}."
            // A member of a list or a record is refused under its own name: approvals.role.
            : refused
                ?.FirstOrDefault(one =>
                    one.Key == setting.Name || one.Key.StartsWith(setting.Name + ".", StringComparison.Ordinal)
                )
                .Value;
}
