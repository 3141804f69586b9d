namespace ControlSurface.Content;

/// <summary>How one place is settled.</summary>
public enum PlaceChoice
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>The current lines.</summary>
    Current,

    /// <summary>The proposed lines.</summary>
    Proposed,

    /// <summary>The current lines, and the proposed ones after them; lines with which both begin or end stand once.</summary>
    Both,

    /// <summary>As it was written there.</summary>
    Edited,
}

/// <summary>The places of a merge that contradict each other, settled one by one.</summary>
public sealed class MergeChoices
{
    private readonly MergeResult _merge;
    private readonly IReadOnlyList<TextLine> _current;
    private readonly IReadOnlyList<TextLine> _proposed;
    private readonly Place[] _places;
    private readonly string _end;

    /// <summary>The places of a merge, none of them settled.</summary>
    /// <param name="current">The current text.</param>
    /// <param name="proposed">The proposed text.</param>
    public MergeChoices(MergeResult merge, string current, string proposed)
    {
        _merge = merge;
        (_current, _proposed) = (TextLine.Split(current), TextLine.Split(proposed));
        _end = LineEnds.Of(current);
        _places = [.. merge.Hunks.Where(hunk => hunk.Side == MergeSide.Conflict).Select(hunk => new Place(this, hunk))];
    }

    /// <summary>The places to settle, in the order of the text.</summary>
    public IReadOnlyList<Place> Places => _places;

    /// <summary>How many are not settled yet.</summary>
    public int Left => _places.Count(place => place.Choice == PlaceChoice.None);

    /// <summary>The whole text as it was settled; null while a place is left.</summary>
    public string? Text
    {
        get
        {
            if (Left > 0)
                return null;
            var place = 0;
            return string.Concat(
                _merge.Hunks.Select(hunk =>
                    hunk.Side == MergeSide.Conflict ? _places[place++].Text : TextLine.Join(hunk.Lines)
                )
            );
        }
    }

    /// <summary>One place.</summary>
    public sealed class Place
    {
        private readonly MergeChoices _of;
        private readonly MergeHunk _hunk;
        private string _edited = "";

        internal Place(MergeChoices of, MergeHunk hunk) => (_of, _hunk) = (of, hunk);

        /// <summary>How it is settled.</summary>
        public PlaceChoice Choice { get; private set; }

        /// <summary>The current lines.</summary>
        public string Current => Slice(_of._current, _hunk.Current);

        /// <summary>The proposed lines.</summary>
        public string Proposed => Slice(_of._proposed, _hunk.Proposed);

        /// <summary>What stands there as it is settled now.</summary>
        public string Text =>
            Choice switch
            {
                PlaceChoice.Current => Current,
                PlaceChoice.Proposed => Proposed,
                PlaceChoice.Both => Both(),
                PlaceChoice.Edited => _edited,
                _ => "",
            };

        /// <summary>Settles it by one side, by both, or to be written.</summary>
        public void Choose(PlaceChoice choice)
        {
            // Whoever begins to write goes on from what they had chosen.
            if (choice == PlaceChoice.Edited && Choice != PlaceChoice.Edited)
                _edited = Choice == PlaceChoice.None ? Both() : Text;
            Choice = choice;
        }

        /// <summary>Settles it as written. What follows begins on a line of its own, as it did.</summary>
        public void Write(string text)
        {
            Choice = PlaceChoice.Edited;
            var ends = (Current + Proposed).EndsWith('\n');
            var written = LineEnds.With(text, _of._end);
            _edited = ends && written.Length > 0 ? OnOwnLine(written) : written;
        }

        private static string Slice(IReadOnlyList<TextLine> lines, LineRange range) =>
            TextLine.Join(lines.Skip(range.Start).Take(range.Count));

        // What both have alike at either end is one change that both made: it stands once.
        private string Both()
        {
            TextLine[] mine = [.. _of._current.Skip(_hunk.Current.Start).Take(_hunk.Current.Count)];
            TextLine[] theirs = [.. _of._proposed.Skip(_hunk.Proposed.Start).Take(_hunk.Proposed.Count)];
            var shorter = Math.Min(mine.Length, theirs.Length);
            var head = 0;
            while (head < shorter && mine[head].Text == theirs[head].Text)
                head++;
            var tail = 0;
            while (tail < shorter - head && mine[^(tail + 1)].Text == theirs[^(tail + 1)].Text)
                tail++;
            var first = OnOwnLine(TextLine.Join(mine[..^tail]));
            var second = TextLine.Join(theirs[head..^tail]);
            if (tail > 0)
                return first + OnOwnLine(second) + TextLine.Join(mine[^tail..]);
            return second.Length > 0 ? first + second : TextLine.Join(mine);
        }

        private string OnOwnLine(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + _of._end;
    }
}
