namespace ControlSurface.Core.Principals;

/// <summary>
/// One command as a rule sees it: the state that the rule's room may read, who asks, what they may see, and the instant. Values of
/// one decision; nothing in it changes while the rule runs.
/// </summary>
/// <typeparam name="TState">What the rule reads, as its own room declares it.</typeparam>
internal interface IRuleContext<out TState>
{
    /// <summary>The state that the decision is made on.</summary>
    TState At { get; }

    /// <summary>The caller's principal as the workspace knows it now.</summary>
    Principal Who { get; }

    /// <summary>What the caller may see and do, by queue.</summary>
    Scope Scope { get; }

    /// <summary>The instant of the decision, UTC to the millisecond.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Whether the caller may read and work in the queue at all.</summary>
    bool MayTouch(string? queue) => Scope.Sees(queue);

    /// <summary>The refusal for a queue that the caller may not touch; null for one that they may.</summary>
    Refusal? Outside(string? queue) => Scope.Outside(queue);

    /// <summary>Whether the caller's roles allow the verb.</summary>
    bool Has(Verb verb) => (Permissions.MayAsk(verb) & Who.Roles) != 0;
}
