using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ui.Tests;

/// <summary>Keeps every notice that a page gives: none goes by itself, however long a test takes.</summary>
internal sealed class KeptNotices(BunitContext house) : ISnackbar
{
    private readonly List<(string Words, SnackbarOptions Options)> _said = [];

    public event Action? OnSnackbarsUpdated
    {
        add { }
        remove { }
    }

    /// <summary>What each says, oldest first.</summary>
    public IReadOnlyList<string> Said => [.. _said.Select(one => one.Words)];

    /// <summary>Whether the last one offers to undo.</summary>
    public bool OffersUndo => _said[^1].Options.Action is not null;

    public IEnumerable<Snackbar> ShownSnackbars => [];

    public SnackbarConfiguration Configuration { get; } = new();

    /// <summary>Presses Undo on the last one that offers it; again and again where it is pressed twice.</summary>
    public Task UndoAsync() => _said.FindLast(one => one.Options.Action is not null).Options.OnClick!(null!);

    public Snackbar? Add(
        RenderFragment message,
        Severity severity = Severity.Normal,
        Action<SnackbarOptions>? configure = null,
        string? key = null
    )
    {
        var options = new SnackbarOptions(severity, Configuration);
        configure?.Invoke(options);
        var words = house.Render(message).Markup;
        _said.Add((System.Net.WebUtility.HtmlDecode(words), options));
        return null;
    }

    public Snackbar? Add(
        string message,
        Severity severity = Severity.Normal,
        Action<SnackbarOptions>? configure = null,
        string? key = null
    ) => throw new NotSupportedException();

    public Snackbar? Add(
        MarkupString message,
        Severity severity = Severity.Normal,
        Action<SnackbarOptions>? configure = null,
        string? key = null
    ) => throw new NotSupportedException();

    public Snackbar? Add<T>(
        Dictionary<string, object>? componentParameters = null,
        Severity severity = Severity.Normal,
        Action<SnackbarOptions>? configure = null,
        string? key = null
    )
        where T : IComponent => throw new NotSupportedException();

    public void Dispose() { }

    public void Clear() { }

    public void Remove(Snackbar snackbar) { }

    public void RemoveByKey(string key) { }
}
