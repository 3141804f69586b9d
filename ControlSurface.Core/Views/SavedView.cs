namespace ControlSurface.Core.Views;

/// <summary>A list as somebody wants it again: a page, and the words that it is narrowed to.</summary>
/// <param name="Id">Its owner's own: two people may each have one of the same id.</param>
/// <param name="Page">One of <see cref="ViewRules.Pages"/>.</param>
/// <param name="Query">The words of <see cref="Views.Query"/>; empty for all.</param>
/// <param name="Shared">Everybody in the workspace sees it.</param>
public sealed record SavedView(
    string Id,
    string Name,
    string Page,
    string Query,
    bool Shared,
    PrincipalId By,
    string ByName,
    DateTimeOffset At,
    long Seq
);

/// <summary>What can happen to a view.</summary>
public abstract record ViewEvent(PrincipalId Owner, string Id) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ViewEventDescriptions.Of(this, by, nameOf);

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

    public sealed record Deleted(PrincipalId Owner, string Id, string Name) : ViewEvent(Owner, Id)
    {
        /// <inheritdoc/>
        public override string Type => "view.deleted";
    }
}

/// <summary>What can be asked of views.</summary>
public abstract record ViewCommand(string Id) : Command
{
    /// <summary>Makes the caller's view of this id, or changes all of it.</summary>
    public sealed record Save(string Id, string Name, string Page, string Query, bool Shared) : ViewCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Shared ? Verb.ShareView : Verb.OwnView;

        // A view is the caller's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>The caller's own; or a shared one of another's, by those who may share.</summary>
    public sealed record Delete(string Id) : ViewCommand(Id)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.OwnView;

        internal override Refusal? Outside(IQueueGate gate) => gate.View(Id);
    }
}
