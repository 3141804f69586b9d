using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace ControlSurface.Core.Engine;

/// <summary>Describes a command without its content, for the log of a rule that threw.</summary>
internal static class CommandShape
{
    private const int Deepest = 3;

    /// <summary>The command's type and members: the values of numbers and ids, but only the lengths of texts and lists.</summary>
    internal static string Of(Command command)
    {
        var text = new StringBuilder();
        Write(text, command, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string s:
                text.Append(CultureInfo.InvariantCulture, $"text({s.Length})");
                break;
            case byte[] b:
                text.Append(CultureInfo.InvariantCulture, $"bytes({b.Length})");
                break;
            case IEnumerable list:
                WriteList(text, list);
                break;
            case Enum or bool:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case ValueType v:
                text.Append(v.GetType().Name);
                break;
            default:
                WriteMembers(text, value, depth);
                break;
        }
    }

    private static void WriteList(StringBuilder text, IEnumerable list)
    {
        var (count, missing) = (0, 0);
        foreach (var one in list)
        {
            count++;
            if (one is null)
                missing++;
        }
        text.Append(CultureInfo.InvariantCulture, $"list({count}");
        if (missing > 0)
            text.Append(CultureInfo.InvariantCulture, $", {missing} null");
        text.Append(')');
    }

    private static void WriteMembers(StringBuilder text, object value, int depth)
    {
        text.Append(value.GetType().Name);
        if (depth == Deepest)
            return;
        text.Append(" { ");
        var isFirst = true;
        foreach (var member in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (member.GetIndexParameters().Length > 0 || member.Name is "Verb" or "EqualityContract")
                continue;
            if (!isFirst)
                text.Append(", ");
            isFirst = false;
            text.Append(member.Name).Append(": ");
            Write(text, member.GetValue(value), depth + 1);
        }
        text.Append(" }");
    }
}
