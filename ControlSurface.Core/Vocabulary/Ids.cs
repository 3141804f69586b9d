using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ControlSurface.Core.Vocabulary;

/// <summary>An id made of a letter and a number, such as <c>W-1042</c> (API.md, Conventions). Ids are ordered by their numbers.</summary>
/// <remarks><see cref="NumberedId"/> writes and reads every kind; a new kind adds only its letter.</remarks>
/// <typeparam name="TSelf">The kind of id itself.</typeparam>
public interface INumberedId<TSelf> : IComparable<TSelf>
    where TSelf : struct, INumberedId<TSelf>
{
    /// <summary>The upper-case letter before the number; no two kinds share one.</summary>
    static abstract char Letter { get; }

    /// <summary>The id with that number.</summary>
    static abstract TSelf Of(int number);

    /// <summary>At least 1 for a real id, counted up by the workspace; 0 is the value of an id that was not set.</summary>
    int Number { get; }
}

/// <summary>Writes and reads ids. Nothing else knows how they are spelled.</summary>
public static class NumberedId
{
    /// <summary>The id as text: the letter, a hyphen and the number, such as <c>W-1042</c>.</summary>
    public static string TextOf<TId>(TId id)
        where TId : struct, INumberedId<TId> =>
        string.Create(CultureInfo.InvariantCulture, $"{TId.Letter}-{id.Number}");

    /// <summary>
    /// Reads an id. False for anything but its one spelling: a sign, a leading zero or white space makes it another text.
    /// </summary>
    /// <param name="text">As sent; null is no id.</param>
    /// <param name="id">The id; number 0 where the result is false.</param>
    public static bool TryParse<TId>(string? text, out TId id)
        where TId : struct, INumberedId<TId>
    {
        var read = TryRead(text, TId.Letter, out var number);
        id = TId.Of(number);
        return read;
    }

    // One spelling for one id: no sign, no leading zero, no white space. Otherwise two addresses would name one thing.
    private static bool TryRead(string? text, char letter, out int number)
    {
        number = 0;
        if (text is null || text.Length is < 3 or > 12 || text[0] != letter || text[1] != '-' || text[2] == '0')
            return false;
        return int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>An item's id, shown as <c>W-1042</c>.</summary>
public readonly record struct ItemId(int Number) : INumberedId<ItemId>
{
    static char INumberedId<ItemId>.Letter => 'W';

    static ItemId INumberedId<ItemId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ItemId id) => NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(ItemId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A lease's id, shown as <c>L-77</c>.</summary>
public readonly record struct LeaseId(int Number) : INumberedId<LeaseId>
{
    static char INumberedId<LeaseId>.Letter => 'L';

    static LeaseId INumberedId<LeaseId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out LeaseId id) => NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(LeaseId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A principal's id, shown as <c>U-4</c>. Number 0 is the system, which holds no lease and owns nothing.</summary>
public readonly record struct PrincipalId(int Number) : INumberedId<PrincipalId>
{
    /// <summary>The system itself: the author of events that happen because time passed.</summary>
    public static readonly PrincipalId System = new(0);

    static char INumberedId<PrincipalId>.Letter => 'U';

    static PrincipalId INumberedId<PrincipalId>.Of(int number) => new(number);

    /// <summary>As <c>U-4</c>, or <c>system</c>.</summary>
    public string Text => Number == 0 ? "system" : NumberedId.TextOf(this);

    /// <summary>Reads <c>U-4</c> or <c>system</c>; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PrincipalId id)
    {
        id = System;
        return text == "system" || NumberedId.TryParse(text, out id);
    }

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(PrincipalId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>An artifact's id, shown as <c>A-12</c>.</summary>
public readonly record struct ArtifactId(int Number) : INumberedId<ArtifactId>
{
    static char INumberedId<ArtifactId>.Letter => 'A';

    static ArtifactId INumberedId<ArtifactId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ArtifactId id) =>
        NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(ArtifactId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A review's id, shown as <c>R-5</c>.</summary>
public readonly record struct ReviewId(int Number) : INumberedId<ReviewId>
{
    static char INumberedId<ReviewId>.Letter => 'R';

    static ReviewId INumberedId<ReviewId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReviewId id) => NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(ReviewId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>An approval's id, shown as <c>P-8</c>.</summary>
public readonly record struct ApprovalId(int Number) : INumberedId<ApprovalId>
{
    static char INumberedId<ApprovalId>.Letter => 'P';

    static ApprovalId INumberedId<ApprovalId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ApprovalId id) =>
        NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(ApprovalId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A comment's id, shown as <c>M-3</c>.</summary>
public readonly record struct CommentId(int Number) : INumberedId<CommentId>
{
    static char INumberedId<CommentId>.Letter => 'M';

    static CommentId INumberedId<CommentId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out CommentId id) =>
        NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(CommentId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A conflict's id, shown as <c>C-9</c>.</summary>
public readonly record struct ConflictId(int Number) : INumberedId<ConflictId>
{
    static char INumberedId<ConflictId>.Letter => 'C';

    static ConflictId INumberedId<ConflictId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ConflictId id) =>
        NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(ConflictId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>The id of a person's hold on a target, shown as <c>H-2</c>.</summary>
public readonly record struct HoldId(int Number) : INumberedId<HoldId>
{
    static char INumberedId<HoldId>.Letter => 'H';

    static HoldId INumberedId<HoldId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out HoldId id) => NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(HoldId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A bulk job's id, shown as <c>B-2</c>.</summary>
public readonly record struct BulkId(int Number) : INumberedId<BulkId>
{
    static char INumberedId<BulkId>.Letter => 'B';

    static BulkId INumberedId<BulkId>.Of(int number) => new(number);

    /// <inheritdoc cref="NumberedId.TextOf"/>
    public string Text => NumberedId.TextOf(this);

    /// <inheritdoc cref="NumberedId.TryParse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out BulkId id) => NumberedId.TryParse(text, out id);

    /// <summary>Orders ids by number, which is the order in which they were given out.</summary>
    public int CompareTo(BulkId other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
