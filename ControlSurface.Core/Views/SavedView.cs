namespace ControlSurface.Core.Views;

/// <summary>A list that somebody keeps: a page, and the query that narrows it.</summary>
public sealed record SavedView
{
    /// <summary>Its id, which its owner chose; two people may each have one of the same id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, up to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="ViewRules.Pages"/>.</summary>
    public required string Page { get; init; }

    /// <summary>The words of <see cref="Views.Query"/>; empty for all.</summary>
    public required string Query { get; init; }

    /// <summary>Whether everybody in the workspace sees it.</summary>
    public required bool Shared { get; init; }

    /// <summary>Its owner.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>Its owner's name, as it was when it was saved.</summary>
    public required string ByName { get; init; }

    /// <summary>When it was last saved.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seq of the event that last saved it.</summary>
    public required long Seq { get; init; }
}

/// <summary>An event of one saved view.</summary>
/// <param name="Owner">Whose view it is.</param>
/// <param name="Id">Its id, which its owner chose.</param>
public abstract record ViewEvent(PrincipalId Owner, string Id) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ViewEventDescriptions.Of(this, by, nameOf);

    /// <summary>A view was created, or changed as a whole.</summary>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Page">One of <see cref="ViewRules.Pages"/>.</param>
    /// <param name="Query">The words of <see cref="Views.Query"/>; empty for all.</param>
    /// <param name="Shared">Whether everybody in the workspace sees it.</param>
    /// <param name="ByName">The name of its owner, as it was then.</param>
    public sealed record Saved(
        PrincipalId Owner,
        string Id,
        string Name,
        string Page,
        string Query,
        bool Shared,
        string ByName
    ) : ViewEvent(Owner, Id)
    {
        /// <inheritdoc/>
        public override string Type => "view.saved";
    }

    /// <summary>A view was deleted.</summary>
    /// <param name="Name">Its last name.</param>
    public sealed record Deleted(PrincipalId Owner, string Id, string Name) : ViewEvent(Owner, Id)
    {
        /// <inheritdoc/>
        public override string Type => "view.deleted";
    }
}

/// <summary>A call on a saved view (API.md, Runbook, lists, journal, live).</summary>
/// <param name="Id">The view's id, which its owner chooses; up to 100 characters.</param>
public abstract record ViewCommand(string Id) : Command
{
    /// <summary>Creates the caller's view of this id, or changes it as a whole. At most 100 for each principal.</summary>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Page">One of <see cref="ViewRules.Pages"/>.</param>
    /// <param name="Query">The words of <see cref="Views.Query"/>; empty for all.</param>
    /// <param name="Shared">Whether everybody in the workspace sees it.</param>
    public sealed record Save(string Id, string Name, string Page, string Query, bool Shared) : ViewCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Shared ? Verb.ShareView : Verb.OwnView;

        // A view is the caller's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Deletes the caller's view of this id; or another's shared one, where the caller may share views.</summary>
    public sealed record Delete(string Id) : ViewCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.OwnView;

        internal override Refusal? Outside(IQueueGate gate) => gate.View(Id);
    }
}
