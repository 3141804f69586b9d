namespace ControlSurface.Core.Vocabulary;

/// <summary>A member that may be named or left alone, where naming it null means something.</summary>
/// <param name="IsNamed">False: the request did not mention it.</param>
public readonly record struct Named<T>(bool IsNamed, T Value)
{
    public static readonly Named<T> Not;

    /// <summary>The new value where named, else the old.</summary>
    public T Or(T old) => IsNamed ? Value : old;

    public static implicit operator Named<T>(T value) => new(IsNamed: true, value);
}
