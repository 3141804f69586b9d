namespace ControlSurface.Core.Principals;

/// <summary>The scope of a principal, and principals as a scope shows them.</summary>
public static class PrincipalScope
{
    extension(Scope scope)
    {
        /// <summary>The scope of a principal that calls without a key, as on a page.</summary>
        /// <param name="principal">Null, or one that has ended, sees nothing.</param>
        public static Scope Of(Principal? principal) => Of(principal, keyQueues: null);

        /// <summary>The scope of a principal that calls with what the caller brings.</summary>
        /// <param name="principal">The caller's principal; null, or one that has ended, sees nothing.</param>
        public static Scope Of(Principal? principal, Caller caller) => Of(principal, caller.KeyQueues);

        /// <summary>Whether the caller may see that the principal exists: themselves, and all who share a queue with them.</summary>
        public bool Sees(Principal principal)
        {
            if (!scope.IsLimited || principal.Id == scope.Who || principal.Queues is not { } theirs)
                return true;
            foreach (var queue in theirs)
            {
                if (scope.Sees(queue))
                    return true;
            }
            return false;
        }

        /// <summary>The principal as the caller may see them: of their queues only those that both share.</summary>
        /// <remarks>The same as <see cref="Principal"/> where the caller is limited to none.</remarks>
        public Principal Narrowed(Principal principal)
        {
            if (!scope.IsLimited)
                return principal;
            IReadOnlyList<string>? shared = principal.Queues is { } theirs ? [.. theirs.Where(scope.Sees)] : null;
            return principal.Id == scope.Who
                ? principal with
                {
                    Queues = shared,
                }
                : principal with
                {
                    Queues = shared,
                    Why = null,
                    PausedBy = null,
                };
        }
    }

    private static Scope Of(Principal? principal, IReadOnlyList<string>? keyQueues) =>
        principal is { State: not PrincipalState.Ended }
            ? Scope.Of(principal.Id, principal.Roles, principal.Queues, keyQueues)
            : Scope.Nothing;
}
