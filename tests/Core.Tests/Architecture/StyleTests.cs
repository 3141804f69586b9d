using System.Text;
using System.Text.RegularExpressions;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>The stylesheet and the markup name the same classes, so that neither keeps what the other has dropped.</summary>
public partial class StyleTests
{
    // Without a style of their own: tests find what they look for by these.
    private static readonly string[] Hooks = ["agent", "cannot", "content", "new-comment", "pics", "present", "wrong"];

    [Fact]
    public void Every_class_of_the_markup_has_a_style()
    {
        var styled = Styled();
        styled.UnionWith(Hooks);
        var unknown = Sources("ControlSurface", ".razor")
            .SelectMany(file => Drawn(File.ReadAllText(file)).Select(name => (file, name)))
            .Where(drawn =>
                !styled.Any(name =>
                    name == drawn.name
                    || (IsPrefix(drawn.name) && name.StartsWith(drawn.name, StringComparison.Ordinal))
                )
            )
            .Select(drawn => $"{Path.GetFileName(drawn.file)}: {drawn.name}")
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_style_is_for_a_class_that_something_draws()
    {
        string[] folders = ["ControlSurface/Components", "ControlSurface/Pages", "wwwroot-assets/js"];
        var words = folders
            .SelectMany(folder => Sources(folder, ".razor", ".cs", ".js"))
            .Select(File.ReadAllText)
            .SelectMany(text => Quoted().Matches(text).SelectMany(quoted => Names(quoted.Value)).Concat(Drawn(text)))
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(
            Styled().Where(name => !name.StartsWith("mud-", StringComparison.Ordinal)),
            name =>
                Assert.True(
                    words.Contains(name) || words.Contains(name.TrimEnd('0', '1', '2', '3', '4', '5', '6')),
                    name
                )
        );
    }

    /// <summary>Names say what a thing is: two letters do not.</summary>
    [Fact]
    public void A_class_has_a_name_of_three_letters_at_least() =>
        Assert.DoesNotContain(Styled(), name => name.Length < 3 && name is not ("by" or "id" or "me" or "on"));

    /// <summary>A part of the stylesheet that nobody could read on one screen after another is two parts.</summary>
    [Fact]
    public void A_part_of_the_stylesheet_has_at_most_350_lines() =>
        Assert.DoesNotContain(Parts(), file => File.ReadLines(file).Count() > 350);

    private static SortedSet<string> Styled() =>
        new(
            Parts()
                .SelectMany(file => Prelude().Matches(Comment().Replace(File.ReadAllText(file), " ")))
                .SelectMany(prelude => ClassName().Matches(prelude.Value))
                .Select(name => name.Groups[1].Value),
            StringComparer.Ordinal
        );

    private static string[] Parts() =>
        Directory.GetFiles(Path.Combine(Repository.Folder, "wwwroot-assets/css/parts"), "*.css");

    private static IEnumerable<string> Sources(string folder, params string[] endings) =>
        Repository.Files(folder).Where(file => endings.Contains(Path.GetExtension(file)));

    // A class that ends in a dash goes on in an expression: depth-@row.Depth.
    private static bool IsPrefix(string name) => name.EndsWith('-');

    /// <summary>The class names in the attributes of a razor file: what is written plainly, and the quoted texts of expressions.</summary>
    private static IEnumerable<string> Drawn(string razor) =>
        ClassAttribute()
            .Matches(razor)
            .SelectMany(attribute => Names(Plain(razor, attribute.Index + attribute.Length)));

    private static IEnumerable<string> Names(string text) => Word().Matches(text).Select(word => word.Value);

    // Reads an attribute up to the quote that closes it. A quote within brackets opens a text of an expression.
    private static string Plain(string razor, int from)
    {
        var names = new StringBuilder();
        for (var at = from; razor[at] != '"'; )
            if (razor[at] == '@' && razor[at + 1] == '(')
                at = Closing(razor, at + 1, names);
            else if (razor[at] == '@')
                at += Step().Match(razor, at).Length;
            else
                names.Append(razor[at++]);
        return names.ToString();
    }

    // Returns the place after the bracket that closes the one at `open`. Keeps quoted texts: not what they are compared with, nor holes.
    private static int Closing(string razor, int open, StringBuilder names)
    {
        var depth = 0;
        for (var at = open; ; at++)
        {
            if (razor[at] == '(')
                depth++;
            else if (razor[at] == ')' && --depth == 0)
                return at + 1;
            else if (razor[at] == '"')
            {
                var text = Quoted().Match(razor, at);
                if (!IsCompared().IsMatch(razor[open..at]))
                    names.Append(' ').Append(Hole().Replace(text.Value, " ")).Append(' ');
                at += text.Length - 1;
            }
        }
    }

    [GeneratedRegex("""(?<![\w-])(?:class|Class)="(?!@\w+")""")]
    private static partial Regex ClassAttribute();

    [GeneratedRegex("""\G@[\w.?]+(?:\([^)]*\)[\w.?]*)*""")]
    private static partial Regex Step();

    [GeneratedRegex("""(?:==|!=|\bis) *$""")]
    private static partial Regex IsCompared();

    [GeneratedRegex("""\{[^}]*\}?""")]
    private static partial Regex Hole();

    [GeneratedRegex("""[A-Za-z][\w-]*""")]
    private static partial Regex Word();

    [GeneratedRegex("\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")]
    private static partial Regex Quoted();

    [GeneratedRegex("""/\*.*?\*/""", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("""[^{};]+(?=\{)""")]
    private static partial Regex Prelude();

    [GeneratedRegex("""\.([A-Za-z][\w-]*)""")]
    private static partial Regex ClassName();
}
