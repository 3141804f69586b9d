using System.Reflection;
using System.Reflection.Emit;
using ControlSurface.Storage;

namespace Server.Tests.Storage;

/// <summary>Which database is behind a storage is known in <c>Storage/</c> alone: read from what the compiler made.</summary>
public sealed class StorageWallTests
{
    private const string Room = "ControlSurface.Storage";
    private static readonly string[] Hidden = ["ControlSurface.Storage.Sqlite", "ControlSurface.Storage.Postgres"];
    private static readonly string[] Libraries =
    [
        "Microsoft.Data.Sqlite",
        "Microsoft.EntityFrameworkCore.Sqlite",
        "SQLitePCLRaw.core",
        "SQLitePCLRaw.batteries_v2",
        "Npgsql",
        "Npgsql.EntityFrameworkCore.PostgreSQL",
    ];

    private const BindingFlags All =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    [Fact]
    public void Nothing_outside_the_storage_names_the_database() =>
        Assert.Equal("", string.Join('\n', Uses(type => !IsInRoom(type)).Distinct().Order(StringComparer.Ordinal)));

    // Without this the test above could pass because it reads nothing.
    [Fact]
    public void Inside_the_storage_it_is_found() =>
        Assert.Contains(Uses(IsInRoom), use => use.EndsWith("SqliteConnection", StringComparison.Ordinal));

    [Fact]
    public void A_word_that_names_no_storage_is_an_error_that_lists_them()
    {
        var options = new ControlSurface.Hosting.ServerOptions { Storage = "papyrus" };
        Assert.Equal(
            "ControlSurface:Storage is papyrus, which is no storage of this version. Name one of: sqlite, postgres.",
            options.Fault()
        );
        Assert.Null(new ControlSurface.Hosting.ServerOptions { Storage = "SQLite" }.Fault());
        Assert.Null(new ControlSurface.Hosting.ServerOptions().Fault());
    }

    private static bool IsInRoom(Type type) =>
        type.Namespace is { } room && (room == Room || room.StartsWith(Room + ".", StringComparison.Ordinal));

    private static IEnumerable<string> Uses(Func<Type, bool> which) =>
        typeof(DataFolder)
            .Assembly.GetTypes()
            .Where(which)
            .SelectMany(type =>
                NamedBy(type).Where(IsHidden).Select(named => $"{type.FullName} names {named.FullName}")
            );

    private static bool IsHidden(Type named) =>
        Libraries.Contains(named.Assembly.GetName().Name, StringComparer.Ordinal)
        || Hidden.Any(room => named.Namespace?.StartsWith(room, StringComparison.Ordinal) == true);

    private static IEnumerable<Type> NamedBy(Type type)
    {
        IEnumerable<Type?> named =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(All).Select(f => f.FieldType),
        ];
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            named = named
                .Concat(method.GetParameters().Select(p => p.ParameterType))
                .Append((method as MethodInfo)?.ReturnType)
                .Concat(NamedIn(method));
        return named.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private static IEnumerable<Type?> NamedIn(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause)
                yield return clause.CatchType;
        }
        foreach (var token in Tokens(body.GetILAsByteArray()!))
        {
            if (Resolve(method, token) is { } member)
                yield return member as Type ?? member.DeclaringType;
        }
    }

    // Instruction by instruction (ECMA-335, III): a number in between never looks like a token.
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var k = 0; k < code.Length; )
        {
            var instruction = code[k] == 0xFE ? Codes[unchecked((short)(0xFE00 | code[k + 1]))] : Codes[code[k]];
            k += instruction.Size;
            switch (instruction.OperandType)
            {
                case OperandType.InlineSwitch:
                    k += 4 + (4 * BitConverter.ToInt32(code, k));
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    k += 8;
                    break;
                case OperandType.InlineVar:
                    k += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    k += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.InlineField
                or OperandType.InlineMethod
                or OperandType.InlineTok
                or OperandType.InlineType:
                    yield return BitConverter.ToInt32(code, k);
                    k += 4;
                    break;
                default:
                    k += 4;
                    break;
            }
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMember(
                token,
                method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
                method.IsGenericMethod ? method.GetGenericArguments() : null
            );
        }
        catch (Exception noToken) when (noToken is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
