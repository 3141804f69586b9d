using System.Text;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The wire names of Core's enumerations, used on the wire, in refusals and in sentences (API.md). A wire name is the member's name in
/// lower case with underscores: <c>ConflictDetected</c> is <c>conflict_detected</c>. A test pins every one.
/// </summary>
public static class WireNames
{
    /// <summary>The wire name of one member of an enumeration without flags.</summary>
    /// <exception cref="KeyNotFoundException">The value is no member of the enumeration.</exception>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.Words[value];

    /// <summary>All wire names of an enumeration without flags, in the order of its members.</summary>
    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum => [.. Table<TEnum>.Words.Values];

    /// <summary>Reads a wire name; false for an unknown one or null. Upper and lower case differ.</summary>
    public static bool TryRead<TEnum>(string? word, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var (member, name) in Table<TEnum>.Words)
        {
            if (name == word)
            {
                value = member;
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The member with this wire name; null for an unknown one, which a rule then refuses.</summary>
    public static TEnum? Find<TEnum>(string? word)
        where TEnum : struct, Enum => TryRead<TEnum>(word, out var value) ? value : null;

    /// <summary>The wire name of one role; <c>nobody</c> for none or several.</summary>
    public static string Of(Roles role) =>
        role switch
        {
            Roles.Viewer => "viewer",
            Roles.Agent => "agent",
            Roles.Reviewer => "reviewer",
            Roles.Support => "support",
            Roles.Manager => "manager",
            Roles.Admin => "admin",
            _ => "nobody",
        };

    private static string Spell(string name)
    {
        var word = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0)
                word.Append('_');
            word.Append(char.ToLowerInvariant(letter));
        }
        return word.ToString();
    }

    private static class Table<TEnum>
        where TEnum : struct, Enum
    {
        internal static readonly Dictionary<TEnum, string> Words = Enum.GetValues<TEnum>()
            .ToDictionary(value => value, value => Spell(value.ToString()));
    }
}
