using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Views;

/// <summary>Saving, sharing and deleting views.</summary>
public static class ViewRules
{
    internal const int MostOwn = 100;
    private const int IdLength = 100;

    /// <summary>The pages whose lists a view can keep, with what each lists.</summary>
    public static IReadOnlyDictionary<string, QuerySubject> Pages { get; } =
        new SortedDictionary<string, QuerySubject>(StringComparer.Ordinal)
        {
            ["now"] = QuerySubject.Items,
            ["desk"] = QuerySubject.Items,
            ["conflicts"] = QuerySubject.Conflicts,
        };

    internal static Decision Decide(IRuleContext<IViews> context, ViewCommand command) =>
        command switch
        {
            ViewCommand.Save c => Save(context, c),
            ViewCommand.Delete c => Delete(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Save(IRuleContext<IViews> context, ViewCommand.Save c)
    {
        var bounds = new Bounds();
        bounds.Id("id", c.Id, IdLength);
        bounds.Name("name", c.Name);
        if (!Pages.TryGetValue(c.Page, out var subject))
            bounds.Fault("page", "must be one of " + string.Join(", ", Pages.Keys));
        else if (Query.Read(subject, c.Query, out var fault) is null)
            bounds.Fault("query", fault!);
        var was = context.At.FindOwnView(context.Who.Id, c.Id);
        if (was is null && context.At.Views.Count(view => view.By == context.Who.Id) >= MostOwn)
            bounds.Fault("id", $"would be the {MostOwn + 1}th view; delete one first");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var happened = new ViewEvent.Saved(context.Who.Id, c.Id, c.Name, c.Page, c.Query, c.Shared, context.Who.Name);
        if (was is not null && was == Evolve(happened, new Recorded(was.Seq, was.At, was.By, happened)))
            return Decision.Unchanged(new ViewReply(was, IsNew: false));
        var recorded = new Recorded(context.At.Seq + 1, context.Now, context.Who.Id, happened);
        return Decision.Accepted(happened, new ViewReply(Evolve(happened, recorded), IsNew: was is null));
    }

    private static Decision Delete(IRuleContext<IViews> context, ViewCommand.Delete c)
    {
        if (context.At.FindView(context.Who.Id, c.Id) is not { } view)
            return new Refusal.NotFound("view", c.Id);
        if (view.By != context.Who.Id && (Permissions.MayAsk(Verb.ShareView) & context.Who.Roles) == 0)
            return new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(Verb.ShareView)));
        return Decision.Accepted(new ViewEvent.Deleted(view.By, view.Id, view.Name), Reply.Done.Instance);
    }

    /// <summary>Whether a shared view names only queues that the caller may see: its words would say that the others are there.</summary>
    public static bool IsSeen(Scope scope, SavedView view) =>
        scope.Queues is not { } queues
        || Query.Read(Pages[view.Page], view.Query, out _) is { } query
            && query
                .Terms.Where(term => term.Name == "queue")
                .SelectMany(term => term.Values)
                .All(named => queues.Contains(named, StringComparer.OrdinalIgnoreCase));

    internal static SavedView Evolve(ViewEvent.Saved e, Recorded recorded) =>
        new()
        {
            Id = e.Id,
            Name = e.Name,
            Page = e.Page,
            Query = e.Query,
            Shared = e.Shared,
            By = e.Owner,
            ByName = e.ByName,
            At = recorded.At,
            Seq = recorded.Seq,
        };
}
