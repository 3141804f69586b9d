using System.Collections;

namespace ControlSurface.Components.Parts;

/// <summary>Rows that are read by their place: <c>Virtualize</c> asks a list for a few of many, and of nothing else by place.</summary>
public abstract class IndexedRows<T> : IReadOnlyList<T>, IList<T>
{
    /// <inheritdoc cref="IReadOnlyCollection{T}.Count"/>
    public abstract int Count { get; }

    /// <inheritdoc cref="IReadOnlyList{T}.this"/>
    public abstract T this[int index] { get; }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    bool ICollection<T>.IsReadOnly => true;

    T IList<T>.this[int index]
    {
        get => this[index];
        set => throw new NotSupportedException();
    }

    void ICollection<T>.CopyTo(T[] array, int arrayIndex)
    {
        for (var i = 0; i < Count; i++)
            array[arrayIndex + i] = this[i];
    }

    bool ICollection<T>.Contains(T item) => ((IList<T>)this).IndexOf(item) >= 0;

    int IList<T>.IndexOf(T item)
    {
        for (var i = 0; i < Count; i++)
        {
            if (EqualityComparer<T>.Default.Equals(this[i], item))
                return i;
        }
        return -1;
    }

    void ICollection<T>.Add(T item) => throw new NotSupportedException();

    void ICollection<T>.Clear() => throw new NotSupportedException();

    bool ICollection<T>.Remove(T item) => throw new NotSupportedException();

    void IList<T>.Insert(int index, T item) => throw new NotSupportedException();

    void IList<T>.RemoveAt(int index) => throw new NotSupportedException();
}
