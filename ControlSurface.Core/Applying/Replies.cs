namespace ControlSurface.Core.Applying;

/// <summary>The answer to <c>begin</c>.</summary>
/// <param name="Begun">Whether the action may be applied now, and if not, why.</param>
public sealed record BeginReply(BeginOutcome Begun) : Reply;
