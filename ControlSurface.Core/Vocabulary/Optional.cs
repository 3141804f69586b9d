namespace ControlSurface.Core.Vocabulary;

/// <summary>A member of a request that may be left out. A named null is a value of its own: it clears the field.</summary>
/// <typeparam name="T">The member's type; nullable where null clears the field.</typeparam>
/// <param name="IsSet">Whether the request names the member; false leaves the old value as it is.</param>
/// <param name="Value">The new value; the type's default where the member is not named.</param>
public readonly record struct Optional<T>(bool IsSet, T Value)
{
    /// <summary>The member was left out.</summary>
    public static readonly Optional<T> Unset;

    /// <summary>The new value where the request names the member, else the old one.</summary>
    public T Or(T old) => IsSet ? Value : old;

    /// <summary>A member that is named with this value.</summary>
    public static implicit operator Optional<T>(T value) => new(IsSet: true, value);
}
