using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// Commands, events, refusals and replies are closed sets, and the compiler does not know it: a switch over one of them ends in a
/// default, and a new case falls into it unseen. So each such switch of the product is read here. One whose default throws has to
/// name every case. Any other default says in a comment that begins with <c>Others:</c> why it is right for all that are not
/// named, those to come included, and stands in <see cref="Open"/>.
/// </summary>
public class ClosedSwitchTests
{
    // The type and the member. To add one is a decision: a table that names every case is nearly always the better choice.
    private static readonly string[] Open =
    [
        "ArchivedNames.ItemOf",
        "ArchivedNames.Of",
        "ArtifactPage.SaveAsync",
        "CanRules.Try",
        "ConflictView.TimelineOf",
        "EventSubjects.LeaseOf",
        "EventSubjects.RunOf",
        "FiguresProjection.Follow",
        "FiguresProjection.OfLease",
        "FiguresProjection.OfReview",
        "FollowUpEvents.MayFollow",
        "FollowUpEvents.Settle",
        "HappeningsProjection.QueueOf",
        "ItemActs.WhyOff",
        "ItemEvolution.Evolve",
        "Laws.BrokenBy",
        "LiveEvent.From",
        "LockPlan.Apply",
        "LockRules.Concerns",
        "LockRules.Drop",
        "LockWaiters.Saw",
        "PrincipalSync.MarkTold",
        "RefusalNotes.Detail",
        "RefusalNotes.Happened",
        "RefusalNotes.Icon",
        "SearchProjection.Follow",
        "Sight.Asked",
        "Sight.QueueOf",
        "Spending.IsNewName",
        "Timelines.Detail",
        "Timelines.Look",
        "WaitsProjection.Follow",
        "WaitsProjection.OfLease",
        "WaitsProjection.OfLock",
        "Workspace.CountFlow",
        "Workspace.Follow",
        "Workspace.SeeRun",
    ];

    private static readonly ClosedSwitch[] All =
    [
        .. new[] { "ControlSurface.Core", "ControlSurface" }
            .SelectMany(Repository.Files)
            .Where(file => Path.GetExtension(file) == ".cs")
            .Select(file => (Path.GetFileName(file), File.ReadAllText(file)))
            .Where(file => file.Item2.Contains("switch", StringComparison.Ordinal))
            .SelectMany(file => ClosedSwitch.In(file.Item1, file.Item2)),
    ];

    [Fact]
    public void A_switch_over_a_closed_set_whose_default_throws_names_every_case() =>
        None(All.Where(s => s is { Default: DefaultKind.Throws, Forgotten.Count: > 0, SaysWhy: false }));

    [Fact]
    public void No_other_switch_over_a_closed_set_has_a_default() =>
        None(All.Where(s => s.IsOpen && !Open.Contains(s.Place, StringComparer.Ordinal)));

    [Fact]
    public void A_switch_that_was_closed_is_off_the_list() =>
        Assert.Equal(Open, All.Where(s => s.IsOpen).Select(s => s.Place).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_default_over_a_closed_set_says_why_it_is_right_for_all_others() =>
        None(All.Where(s => s.IsOpen && !s.SaysWhy));

    private static void None(IEnumerable<ClosedSwitch> wrong) =>
        Assert.True(!wrong.Any(), string.Join(Environment.NewLine, wrong));

    /// <summary>A reader that finds no switch would find nothing wrong.</summary>
    [Fact]
    public void The_switches_of_the_product_are_found()
    {
        Assert.InRange(All.Length, 60, 300);
        Assert.Contains(All, s => s.Place == "Workspace.Dispatch" && s.Set == typeof(Command));
        Assert.Contains(All, s => s.Place == "RefusalWords.Detail" && s.Set == typeof(Refusal));
    }

    [Theory]
    [InlineData(
        "e switch { LockEvent.Acquired => 1, LockEvent.Released => 2, LockEvent.Waited => 3, _ => throw null }",
        "GaveUp"
    )]
    [InlineData("e switch { HoldEvent.Began => 1, HoldEvent.Ended { Hold: { } } => 2, _ => throw null }", "Ended")]
    [InlineData("e switch { HoldEvent.Began => 1, HoldEvent.Ended when true => 2, _ => throw null }", "Ended")]
    [InlineData("e switch { HoldEvent.Began or HoldEvent.Ended => 1, _ => throw null }", null)]
    [InlineData("e switch { HoldEvent.Began b => 1, HoldEvent => 2, _ => throw null }", null)]
    [InlineData("e switch { HoldEvent.Began b => 1, HoldEvent.Ended { Hold: var h } => 2, _ => throw null }", null)]
    public void A_case_that_is_only_met_under_a_condition_is_forgotten(string text, string? forgotten)
    {
        var found = Assert.Single(ClosedSwitch.In("x.cs", $"class C {{ int M(object e) => {text}; }}"));
        Assert.Equal(forgotten, found.Forgotten.SingleOrDefault()?.Name);
    }
}

/// <summary>What becomes of a case that a switch does not name.</summary>
internal enum DefaultKind
{
    /// <summary>The switch has no default: nothing happens.</summary>
    Missing,

    /// <summary>The default throws.</summary>
    Throws,

    /// <summary>The default does something.</summary>
    Answers,
}

/// <summary>A switch with arms for types of a closed set, as it stands in the source.</summary>
/// <param name="Place">The type and the member that it stands in.</param>
/// <param name="File">The name of the file, with the line.</param>
/// <param name="Set">The closed set: the declared type of what is switched over, or else the nearest base of all that is named.</param>
/// <param name="Forgotten">The cases of the set that no arm takes without a condition.</param>
/// <param name="SaysWhy">A comment at the default begins with <c>Others:</c>.</param>
internal sealed record ClosedSwitch(
    string Place,
    string File,
    Type Set,
    IReadOnlyList<Type> Forgotten,
    DefaultKind Default,
    bool SaysWhy
)
{
    private static readonly Type[] Families = [typeof(Command), typeof(Event), typeof(Refusal), typeof(Reply)];

    private static readonly ILookup<string, Type> Known = typeof(Event)
        .Assembly.GetTypes()
        .Where(type => Array.Exists(Families, family => family.IsAssignableFrom(type)))
        .ToLookup(NameOf);

    /// <summary>Whether there are cases that it does not name, and no test asks for them.</summary>
    internal bool IsOpen => Forgotten.Count > 0 && (Default != DefaultKind.Throws || SaysWhy);

    internal static IEnumerable<ClosedSwitch> In(string file, string text)
    {
        foreach (var node in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes())
        {
            var found = node switch
            {
                SwitchExpressionSyntax s => Of(
                    file,
                    s,
                    s.GoverningExpression,
                    [.. s.Arms.Select(arm => new Arm(arm.Pattern, arm.WhenClause, arm))],
                    arm => arm is SwitchExpressionArmSyntax { Expression: ThrowExpressionSyntax }
                ),
                SwitchStatementSyntax s => Of(
                    file,
                    s,
                    s.Expression,
                    [.. s.Sections.SelectMany(section => section.Labels.Select(label => Arm.Of(label, section)))],
                    section => section is SwitchSectionSyntax { Statements: [ThrowStatementSyntax, ..] }
                ),
                _ => null,
            };
            if (found is not null)
                yield return found;
        }
    }

    private static ClosedSwitch? Of(
        string file,
        SyntaxNode node,
        ExpressionSyntax over,
        IReadOnlyList<Arm> arms,
        Func<SyntaxNode, bool> throws
    )
    {
        var named = arms.SelectMany(arm => arm.Named).ToList();
        if (named.Count == 0)
            return null;
        var set = Declared(node, over) ?? BaseOf(named);
        var taken = arms.SelectMany(arm => arm.Taken).ToList();
        var last = arms.FirstOrDefault(arm => arm.TakesAll);
        return new ClosedSwitch(
            $"{TypeOf(node)}.{MemberOf(node)}",
            $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}",
            set,
            [
                .. Known
                    .SelectMany(types => types)
                    .Where(type => !type.IsAbstract && set.IsAssignableFrom(type))
                    .Where(type => !taken.Exists(one => one.IsAssignableFrom(type)))
                    .OrderBy(type => type.FullName, StringComparer.Ordinal),
            ],
            last is null ? DefaultKind.Missing
                : throws(last.Whole) ? DefaultKind.Throws
                : DefaultKind.Answers,
            last is not null
                && last.Whole.DescendantTrivia()
                    .Any(trivia => trivia.ToString().StartsWith("// Others:", StringComparison.Ordinal))
        );
    }

    // The type of the parameter that is switched over, or of the member that everything else is reached by.
    private static Type? Declared(SyntaxNode node, ExpressionSyntax over) =>
        over switch
        {
            ThisExpressionSyntax => node.Ancestors()
                .OfType<TypeDeclarationSyntax>()
                .Select(type => Find(type.Identifier.Text, type))
                .FirstOrDefault(),
            MemberAccessExpressionSyntax { Name.Identifier.Text: "Event" } => typeof(Event),
            MemberAccessExpressionSyntax { Name.Identifier.Text: "Refusal" } => typeof(Refusal),
            IdentifierNameSyntax name => node.Ancestors()
                .SelectMany(ParametersOf)
                .Where(parameter => parameter.Identifier.Text == name.Identifier.Text)
                .Select(parameter => parameter.Type is { } type ? Find(type.ToString().TrimEnd('?'), type) : null)
                .FirstOrDefault(),
            _ => null,
        };

    private static IEnumerable<ParameterSyntax> ParametersOf(SyntaxNode node) =>
        node switch
        {
            BaseMethodDeclarationSyntax method => method.ParameterList.Parameters,
            LocalFunctionStatementSyntax local => local.ParameterList.Parameters,
            _ => [],
        };

    // The nearest base of all that is named; of a single case the set that it belongs to.
    private static Type BaseOf(List<Type> named)
    {
        var set = named[0].IsAbstract ? named[0] : named[0].BaseType!;
        while (!named.TrueForAll(set.IsAssignableFrom))
            set = set.BaseType!;
        return set;
    }

    private static string TypeOf(SyntaxNode node) =>
        node.Ancestors().OfType<TypeDeclarationSyntax>().First().Identifier.Text;

    private static string MemberOf(SyntaxNode node) =>
        node.Ancestors()
            .Select(ancestor =>
                ancestor switch
                {
                    MethodDeclarationSyntax method => method.Identifier.Text,
                    PropertyDeclarationSyntax property => property.Identifier.Text,
                    ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
                    _ => null,
                }
            )
            .OfType<string>()
            .FirstOrDefault()
        ?? "?";

    private static string NameOf(Type type) =>
        type.DeclaringType is { } outer ? $"{outer.Name}.{type.Name}" : type.Name;

    // Named whole, by its last two parts, or from within the type that it is nested in.
    private static Type? Find(string name, SyntaxNode at)
    {
        var parts = name.Split('.');
        return (parts.Length == 1 ? null : Known[$"{parts[^2]}.{parts[^1]}"].FirstOrDefault())
            ?? Known[parts[^1]].FirstOrDefault()
            ?? (
                parts.Length > 1
                    ? null
                    : at.Ancestors()
                        .OfType<TypeDeclarationSyntax>()
                        .Select(outer => Known[$"{outer.Identifier.Text}.{name}"].FirstOrDefault())
                        .FirstOrDefault(type => type is not null)
            );
    }

    public override string ToString() =>
        $"{Place} ({File}, {Set.Name}, {Default}): {string.Join(", ", Forgotten.Select(NameOf))}";

    /// <summary>One arm, or one label of a section.</summary>
    /// <param name="Pattern">A pattern, or the name after <c>case</c>; null for <c>default:</c>.</param>
    /// <param name="Whole">The arm or the section.</param>
    private sealed record Arm(SyntaxNode? Pattern, WhenClauseSyntax? When, SyntaxNode Whole)
    {
        internal static Arm Of(SwitchLabelSyntax label, SwitchSectionSyntax section) =>
            label switch
            {
                CasePatternSwitchLabelSyntax pattern => new Arm(pattern.Pattern, pattern.WhenClause, section),
                CaseSwitchLabelSyntax constant => new Arm(constant.Value, When: null, section),
                _ => new Arm(Pattern: null, When: null, section),
            };

        internal bool TakesAll => When is null && Pattern is null or DiscardPatternSyntax or VarPatternSyntax;

        /// <summary>Every case or part of a set that it names.</summary>
        internal IEnumerable<Type> Named => Pattern is null ? [] : Walk(Pattern, onlyTaken: false);

        /// <summary>Those of them that it takes whatever their members are.</summary>
        internal IEnumerable<Type> Taken => Pattern is null || When is not null ? [] : Walk(Pattern, onlyTaken: true);

        private static IEnumerable<Type> Walk(SyntaxNode pattern, bool onlyTaken) =>
            pattern switch
            {
                ParenthesizedPatternSyntax p => Walk(p.Pattern, onlyTaken),
                BinaryPatternSyntax { OperatorToken.RawKind: (int)SyntaxKind.OrKeyword } p =>
                [
                    .. Walk(p.Left, onlyTaken),
                    .. Walk(p.Right, onlyTaken),
                ],
                BinaryPatternSyntax p => onlyTaken ? [] : Walk(p.Left, onlyTaken),
                ConstantPatternSyntax p => TypeOf(p.Expression),
                TypePatternSyntax p => TypeOf(p.Type),
                DeclarationPatternSyntax p => TypeOf(p.Type),
                RecursivePatternSyntax { Type: { } type } p when !onlyTaken || IsFree(p) => TypeOf(type),
                ExpressionSyntax name => TypeOf(name),
                _ => [],
            };

        private static bool IsFree(RecursivePatternSyntax pattern) =>
            pattern.PositionalPatternClause is null
            && (pattern.PropertyPatternClause?.Subpatterns.All(sub => sub.Pattern is VarPatternSyntax) ?? true);

        private static IEnumerable<Type> TypeOf(SyntaxNode name) =>
            Find(name.ToString(), name) is { } type ? [type] : [];
    }
}
