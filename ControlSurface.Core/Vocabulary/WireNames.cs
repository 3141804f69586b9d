using System.Text;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The words of API.md for what Core holds as enumerations: on the wire, in refusals and in sentences alike. A word is the member's
/// name in lower case with underscores: <c>ConflictDetected</c> is <c>conflict_detected</c>. A test pins every word.
/// </summary>
public static class WireNames
{
    /// <summary>The word for one member of an enumeration that is no set of flags.</summary>
    /// <exception cref="KeyNotFoundException">The value is no member of the enumeration.</exception>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.Words[value];

    /// <summary>All words of an enumeration that is no set of flags, in the order of its members.</summary>
    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum => [.. Table<TEnum>.Words.Values];

    /// <summary>The member with that word; false where there is none. Words are compared letter by letter.</summary>
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

    /// <summary>The member with that word; null where there is none, for a rule to refuse.</summary>
    public static TEnum? Find<TEnum>(string? word)
        where TEnum : struct, Enum => TryRead<TEnum>(word, out var value) ? value : null;

    /// <summary>The word for one role; <c>nobody</c> for none or several.</summary>
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
