using System.Runtime.InteropServices;

namespace ControlSurface.Api.Lines;

/// <summary>What a sender calls a line: a text or a whole number, with which its answer comes back.</summary>
/// <param name="Text">The text, 1 to 128 characters; null for a number.</param>
/// <param name="Number">The number, where there is no text.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineId(string? Text, long Number)
{
    /// <summary>The longest text, in characters.</summary>
    internal const int Longest = 128;
}
