using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// Bounds for methods and files of the product, read from the sources: a method that fits on one screen can be read at
/// once, and one that does not mostly does two things. Migrations and generated code do not count. A table of values is no
/// method, because nothing flows through it; its file is bounded all the same.
/// </summary>
public class SizeTests
{
    private const int LongestMethod = 70;
    private const int LongestOfNineInTen = 25;
    private const int LongestFile = 500;

    /// <summary>
    /// Methods that may be longer, with the reason. Each is one switch over a closed set, with an arm for each case and no
    /// logic between the arms: divided, it would hide which cases there are. Each says so in its own comment.
    /// </summary>
    private static readonly Dictionary<string, string> ClosedSwitches = new(StringComparer.Ordinal)
    {
        ["ConflictKinds.Row"] = "What each kind of conflict offers, what is safest, and what the runbook suggests.",
        ["RefusalWords.Detail"] = "The sentence of each refusal, which the API's detail and the pages' notes share.",
        ["Sight.Narrowed"] = "What each event shows to a caller who is limited to queues.",
        ["Timelines.Head"] = "The word for each event in a timeline.",
    };

    private static readonly Lazy<IReadOnlyList<Method>> Methods = new(() =>
        [
            .. Sources()
                .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
                .SelectMany(file => MethodsOf(Relative(file), File.ReadAllText(file))),
        ]
    );

    [Fact]
    public void Nine_methods_in_ten_have_at_most_25_lines()
    {
        var lengths = Methods.Value.Select(method => method.Lines).Order().ToArray();
        Assert.True(lengths.Length > 4_000, $"only {lengths.Length} methods were read");
        Assert.InRange(lengths[lengths.Length * 9 / 10], 1, LongestOfNineInTen);
    }

    [Fact]
    public void No_method_has_more_than_70_lines_but_a_switch_over_a_closed_set()
    {
        var tooLong = Methods
            .Value.Where(method => method.Lines > LongestMethod)
            .Where(method => !ClosedSwitches.ContainsKey(method.Name))
            .Select(method => $"{method.File}: {method.Name} has {method.Lines} lines")
            .ToArray();
        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }

    /// <summary>A name that stayed here after its method was divided would let another method grow unseen.</summary>
    [Fact]
    public void Each_switch_that_may_be_longer_is_longer_and_says_why()
    {
        var methods = Methods.Value.Where(method => method.Lines > LongestMethod).ToLookup(method => method.Name);
        Assert.All(
            ClosedSwitches.Keys,
            name => Assert.Contains("closed", Assert.Single(methods[name]).Comment, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void No_file_has_more_than_500_lines()
    {
        var tooLong = Sources()
            .Select(file => (Path: Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > LongestFile)
            .Select(file => $"{file.Path} has {file.Lines} lines")
            .ToArray();
        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }

    [Theory]
    [InlineData("class C { int P => 1; }", "C.P", 1)]
    [InlineData("class C\n{\n  /// <summary>Doc.</summary>\n  [A]\n  void M()\n  {\n  }\n}", "C.M", 3)]
    [InlineData("class C\n{\n  int M(\n    int a) =>\n    a switch\n    {\n      _ => 1,\n    };\n}", "C.M", 6)]
    [InlineData(
        "class C\n{\n  class D\n  {\n    int P\n    {\n      get\n      {\n        return 1;\n      }\n    }\n  }\n}",
        "C.D.P",
        7
    )]
    [InlineData("class C\n{\n  C() =>\n    F();\n}", "C.C", 2)]
    [InlineData("class C\n{\n  void M()\n  {\n    var s = \"{{{\";\n    void L()\n    {\n    }\n  }\n}", "C.M", 7)]
    public void A_method_is_as_long_as_the_lines_from_its_signature_to_its_end(string source, string name, int lines)
    {
        var method = Assert.Single(MethodsOf("C.cs", source));
        Assert.Equal((name, lines), (method.Name, method.Lines));
    }

    [Theory]
    [InlineData("class C\n{\n  static readonly int[] Table =\n  [\n    1,\n  ];\n}")]
    [InlineData("class C { int P { get; } = 1; abstract void M(); }")]
    public void A_table_or_a_signature_alone_is_no_method(string source) => Assert.Empty(MethodsOf("C.cs", source));

    private static IEnumerable<Method> MethodsOf(string file, string source) =>
        CSharpSyntaxTree
            .ParseText(source)
            .GetRoot()
            .DescendantNodes(node => !HasCode(node))
            .Where(HasCode)
            .Select(node => Method.From(file, (MemberDeclarationSyntax)node));

    private static bool HasCode(SyntaxNode node) =>
        node switch
        {
            BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
            PropertyDeclarationSyntax property => property.ExpressionBody is not null
                || Accessors(property).Any(HasBody),
            IndexerDeclarationSyntax indexer => indexer.ExpressionBody is not null || Accessors(indexer).Any(HasBody),
            EventDeclarationSyntax => true,
            _ => false,
        };

    private static IEnumerable<AccessorDeclarationSyntax> Accessors(BasePropertyDeclarationSyntax property) =>
        property.AccessorList?.Accessors ?? [];

    private static bool HasBody(AccessorDeclarationSyntax accessor) =>
        accessor.Body is not null || accessor.ExpressionBody is not null;

    private static IEnumerable<string> Sources() =>
        Repository
            .Files("ControlSurface")
            .Concat(Repository.Files("ControlSurface.Core"))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => !file.Contains("Migrations", StringComparison.Ordinal));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Folder, file);

    /// <param name="Name">With the types around it, such as <c>Lease.Evolve</c>.</param>
    /// <param name="Lines">From the signature, after comments and attributes, to the closing brace or semicolon.</param>
    /// <param name="Comment">What stands above the signature.</param>
    private sealed record Method(string File, string Name, int Lines, string Comment)
    {
        public static Method From(string file, MemberDeclarationSyntax member)
        {
            var signature =
                member.AttributeLists.Count == 0
                    ? member.GetFirstToken()
                    : member.AttributeLists.Last().GetLastToken().GetNextToken();
            var lines = member.SyntaxTree.GetLineSpan(TextSpan.FromBounds(signature.SpanStart, member.Span.End));
            var types = member.Ancestors().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(t => t.Identifier.Text);
            return new Method(
                file,
                string.Join('.', types.Append(NameOf(member))),
                lines.EndLinePosition.Line - lines.StartLinePosition.Line + 1,
                member.GetLeadingTrivia().ToFullString()
            );
        }

        private static string NameOf(MemberDeclarationSyntax member) =>
            member switch
            {
                MethodDeclarationSyntax method => method.Identifier.Text,
                ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
                PropertyDeclarationSyntax property => property.Identifier.Text,
                OperatorDeclarationSyntax operation => operation.OperatorToken.Text,
                EventDeclarationSyntax happening => happening.Identifier.Text,
                _ => member.Kind().ToString(),
            };
    }
}
