using System.Reflection;
using ControlSurface.Storage;

namespace Server.Tests.Storage;

/// <summary>Which database is behind a storage is known in <c>Storage/</c> alone: read from what the compiler made.</summary>
public sealed class StorageWallTests
{
    private const string Room = "ControlSurface.Storage";
    private const string Hidden = "ControlSurface.Storage.Sqlite";
    private static readonly string[] Libraries =
    [
        "Microsoft.Data.Sqlite",
        "Microsoft.EntityFrameworkCore.Sqlite",
        "SQLitePCLRaw.core",
        "SQLitePCLRaw.batteries_v2",
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
            "ControlSurface:Storage is papyrus, which is no storage of this version. Name one of: sqlite.",
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
        || named.Namespace?.StartsWith(Hidden, StringComparison.Ordinal) == true;

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

    // What stands before a token of a type or a member: calls, new objects and arrays, functions, fields, casts, boxes, elements.
    private static readonly byte[] TakesToken =
    [
        0x06,
        0x07,
        0x15,
        0x1C,
        0x28,
        0x6F,
        0x70,
        0x71,
        0x73,
        0x74,
        0x75,
        0x79,
        0x7B,
        0x7C,
        0x7D,
        0x7E,
        0x7F,
        0x80,
        0x81,
        0x8C,
        0x8D,
        0x8F,
        0xA3,
        0xA4,
        0xA5,
        0xD0,
    ];

    // Every four bytes of a body that could be a token (ECMA-335, II.24 and III). A number that only looks like one could name
    // something by chance, never hide something.
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
        var code = body.GetILAsByteArray()!;
        for (var k = 1; k + 4 <= code.Length; k++)
        {
            if (TakesToken.Contains(code[k - 1]) && Resolve(method, BitConverter.ToInt32(code, k)) is { } member)
                yield return member as Type ?? member.DeclaringType;
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        if (token >>> 24 is not (0x01 or 0x02 or 0x0A or 0x06 or 0x04 or 0x1B or 0x2B))
            return null;
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
