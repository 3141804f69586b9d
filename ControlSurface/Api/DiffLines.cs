using ControlSurface.Content;

namespace ControlSurface.Api;

/// <summary>A difference as the API gives it: the lines that differ, in order.</summary>
internal static class DiffLines
{
    /// <summary>The lines that differ.</summary>
    internal static IReadOnlyList<DiffLineBody> Of(TextDiff diff) =>
        [
            .. diff
                .Pairs.Where(p => p.Kind != PairKind.Same)
                .Select(p => new DiffLineBody(
                    p.Kind switch
                    {
                        PairKind.Same => "same",
                        PairKind.Changed => "changed",
                        PairKind.Removed => "removed",
                        PairKind.Added => "added",
                    },
                    p.OldNumber,
                    p.NewNumber,
                    p.OldNumber is null ? null : p.Old.Text,
                    p.NewNumber is null ? null : p.New.Text,
                    p.MovedTo is not null || p.MovedFrom is not null
                )),
        ];
}
