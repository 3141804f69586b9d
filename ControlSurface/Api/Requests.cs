namespace ControlSurface.Api;

// What callers send, member for member as API.md names it. A parameter without a default is required. Sizes and words
// are Core's to judge; here is only what is there and of which type.

/// <summary>A body without members.</summary>
internal sealed record EmptyRequest;

/// <summary>A reason, for every act that needs one.</summary>
internal sealed record WhyRequest(string Why);

/// <summary>The body of <c>POST /presence</c>.</summary>
internal sealed record PresenceRequest(string Topic, string Mode);
