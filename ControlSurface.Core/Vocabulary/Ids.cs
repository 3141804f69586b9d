using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ControlSurface.Core.Vocabulary;

/// <summary>An item's id, shown as <c>W-1042</c> (API.md, Conventions). Ordered by number, so never by a hash.</summary>
public readonly record struct ItemId(int Number) : IComparable<ItemId>
{
    /// <summary>The id as people read it aloud.</summary>
    public string Text => "W-" + Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads <c>W-1042</c>; anything else is no id of an item.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ItemId id)
    {
        var read = IdText.TryRead(text, 'W', out var number);
        id = new ItemId(number);
        return read;
    }

    public int CompareTo(ItemId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(ItemId left, ItemId right) => left.Number < right.Number;

    public static bool operator >(ItemId left, ItemId right) => left.Number > right.Number;

    public static bool operator <=(ItemId left, ItemId right) => left.Number <= right.Number;

    public static bool operator >=(ItemId left, ItemId right) => left.Number >= right.Number;
}

/// <summary>A lease's id, shown as <c>L-77</c>.</summary>
public readonly record struct LeaseId(int Number) : IComparable<LeaseId>
{
    public string Text => "L-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out LeaseId id)
    {
        var read = IdText.TryRead(text, 'L', out var number);
        id = new LeaseId(number);
        return read;
    }

    public int CompareTo(LeaseId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(LeaseId left, LeaseId right) => left.Number < right.Number;

    public static bool operator >(LeaseId left, LeaseId right) => left.Number > right.Number;

    public static bool operator <=(LeaseId left, LeaseId right) => left.Number <= right.Number;

    public static bool operator >=(LeaseId left, LeaseId right) => left.Number >= right.Number;
}

/// <summary>A principal's id, shown as <c>U-4</c>; 0 is the system itself, which owns nothing.</summary>
public readonly record struct PrincipalId(int Number) : IComparable<PrincipalId>
{
    /// <summary>The system: what happens because time passed, with nobody asking.</summary>
    public static readonly PrincipalId System = new(0);

    public string Text => Number == 0 ? "system" : "U-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out PrincipalId id)
    {
        if (text == "system")
        {
            id = System;
            return true;
        }
        var read = IdText.TryRead(text, 'U', out var number);
        id = new PrincipalId(number);
        return read;
    }

    public int CompareTo(PrincipalId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(PrincipalId left, PrincipalId right) => left.Number < right.Number;

    public static bool operator >(PrincipalId left, PrincipalId right) => left.Number > right.Number;

    public static bool operator <=(PrincipalId left, PrincipalId right) => left.Number <= right.Number;

    public static bool operator >=(PrincipalId left, PrincipalId right) => left.Number >= right.Number;
}

/// <summary>An artifact's id, shown as <c>A-12</c>.</summary>
public readonly record struct ArtifactId(int Number) : IComparable<ArtifactId>
{
    public string Text => "A-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out ArtifactId id)
    {
        var read = IdText.TryRead(text, 'A', out var number);
        id = new ArtifactId(number);
        return read;
    }

    public int CompareTo(ArtifactId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(ArtifactId left, ArtifactId right) => left.Number < right.Number;

    public static bool operator >(ArtifactId left, ArtifactId right) => left.Number > right.Number;

    public static bool operator <=(ArtifactId left, ArtifactId right) => left.Number <= right.Number;

    public static bool operator >=(ArtifactId left, ArtifactId right) => left.Number >= right.Number;
}

/// <summary>A review's id, shown as <c>R-5</c>.</summary>
public readonly record struct ReviewId(int Number) : IComparable<ReviewId>
{
    public string Text => "R-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out ReviewId id)
    {
        var read = IdText.TryRead(text, 'R', out var number);
        id = new ReviewId(number);
        return read;
    }

    public int CompareTo(ReviewId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(ReviewId left, ReviewId right) => left.Number < right.Number;

    public static bool operator >(ReviewId left, ReviewId right) => left.Number > right.Number;

    public static bool operator <=(ReviewId left, ReviewId right) => left.Number <= right.Number;

    public static bool operator >=(ReviewId left, ReviewId right) => left.Number >= right.Number;
}

/// <summary>An approval's id, shown as <c>P-8</c>.</summary>
public readonly record struct ApprovalId(int Number) : IComparable<ApprovalId>
{
    public string Text => "P-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out ApprovalId id)
    {
        var read = IdText.TryRead(text, 'P', out var number);
        id = new ApprovalId(number);
        return read;
    }

    public int CompareTo(ApprovalId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(ApprovalId left, ApprovalId right) => left.Number < right.Number;

    public static bool operator >(ApprovalId left, ApprovalId right) => left.Number > right.Number;

    public static bool operator <=(ApprovalId left, ApprovalId right) => left.Number <= right.Number;

    public static bool operator >=(ApprovalId left, ApprovalId right) => left.Number >= right.Number;
}

/// <summary>A comment's id, shown as <c>M-3</c>.</summary>
public readonly record struct CommentId(int Number) : IComparable<CommentId>
{
    public string Text => "M-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out CommentId id)
    {
        var read = IdText.TryRead(text, 'M', out var number);
        id = new CommentId(number);
        return read;
    }

    public int CompareTo(CommentId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(CommentId left, CommentId right) => left.Number < right.Number;

    public static bool operator >(CommentId left, CommentId right) => left.Number > right.Number;

    public static bool operator <=(CommentId left, CommentId right) => left.Number <= right.Number;

    public static bool operator >=(CommentId left, CommentId right) => left.Number >= right.Number;
}

/// <summary>A conflict's id, shown as <c>C-9</c>.</summary>
public readonly record struct ConflictId(int Number) : IComparable<ConflictId>
{
    public string Text => "C-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out ConflictId id)
    {
        var read = IdText.TryRead(text, 'C', out var number);
        id = new ConflictId(number);
        return read;
    }

    public int CompareTo(ConflictId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(ConflictId left, ConflictId right) => left.Number < right.Number;

    public static bool operator >(ConflictId left, ConflictId right) => left.Number > right.Number;

    public static bool operator <=(ConflictId left, ConflictId right) => left.Number <= right.Number;

    public static bool operator >=(ConflictId left, ConflictId right) => left.Number >= right.Number;
}

/// <summary>The id of a person's hold on a target, shown as <c>H-2</c>.</summary>
public readonly record struct HoldId(int Number) : IComparable<HoldId>
{
    public string Text => "H-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out HoldId id)
    {
        var read = IdText.TryRead(text, 'H', out var number);
        id = new HoldId(number);
        return read;
    }

    public int CompareTo(HoldId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(HoldId left, HoldId right) => left.Number < right.Number;

    public static bool operator >(HoldId left, HoldId right) => left.Number > right.Number;

    public static bool operator <=(HoldId left, HoldId right) => left.Number <= right.Number;

    public static bool operator >=(HoldId left, HoldId right) => left.Number >= right.Number;
}

/// <summary>A bulk job's id, shown as <c>B-2</c>.</summary>
public readonly record struct BulkId(int Number) : IComparable<BulkId>
{
    public string Text => "B-" + Number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out BulkId id)
    {
        var read = IdText.TryRead(text, 'B', out var number);
        id = new BulkId(number);
        return read;
    }

    public int CompareTo(BulkId other) => Number.CompareTo(other.Number);

    public override string ToString() => Text;

    public static bool operator <(BulkId left, BulkId right) => left.Number < right.Number;

    public static bool operator >(BulkId left, BulkId right) => left.Number > right.Number;

    public static bool operator <=(BulkId left, BulkId right) => left.Number <= right.Number;

    public static bool operator >=(BulkId left, BulkId right) => left.Number >= right.Number;
}

internal static class IdText
{
    // One spelling for one id: no sign, no leading zero, no white space. Otherwise two addresses would name one thing.
    internal static bool TryRead(string? text, char letter, out int number)
    {
        number = 0;
        if (text is null || text.Length is < 3 or > 12 || text[0] != letter || text[1] != '-' || text[2] == '0')
            return false;
        return int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
