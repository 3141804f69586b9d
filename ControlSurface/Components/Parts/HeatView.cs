namespace ControlSurface.Components.Parts;

/// <summary>A table whose cells are darker where there is more, as <see cref="HeatTable"/> draws it.</summary>
/// <param name="Corner">What the rows are: "Day".</param>
/// <param name="Most">The highest cell in a sentence; null where nothing was counted.</param>
/// <param name="Zone">In which zone hours and days are told apart, as a sentence.</param>
public sealed record HeatView(
    string Title,
    string Corner,
    IReadOnlyList<HeatColumn> Columns,
    IReadOnlyList<HeatRow> Rows,
    string? Most,
    string Zone
);

/// <summary>A column.</summary>
/// <param name="IsShown">Its name is written over it; else only read aloud, where there is no room for all.</param>
public sealed record HeatColumn(string Name, bool IsShown);

/// <summary>A row with its sum.</summary>
/// <param name="Name">"Wed 18".</param>
/// <param name="Total">The sum in words.</param>
/// <param name="TotalValue">The sum as a number, for a file.</param>
public sealed record HeatRow(string Name, IReadOnlyList<HeatCell> Cells, string Total, string TotalValue);

/// <summary>A cell.</summary>
/// <param name="Level">0 for nothing, 1 to 5 by its share of the most.</param>
/// <param name="Words">Its number in words; null where the cell stands for no time that is counted.</param>
/// <param name="Value">The number, for a file.</param>
/// <param name="Title">When, and how much: "Wed 18 Nov, 14:00 to 15:00: 2.4 h".</param>
public sealed record HeatCell(int Level, string? Words, string Value, string Title, bool IsMost);
