using System.Text.Json;
using ControlSurface.Components.Parts;

namespace ControlSurface.Components;

/// <summary>
/// Sends what was typed in <see cref="DraftField"/>s of one circuit. The text is asked of the browser at the moment of sending, and
/// the browser keeps it until <see cref="RecordedAsJson"/> says that it was recorded (<c>js/drafts.js</c>).
/// </summary>
public sealed class Drafts(Browser browser)
{
    private readonly Dictionary<string, int> _recorded = new(StringComparer.Ordinal);

    /// <summary>Raised on the circuit's own dispatcher when something was recorded.</summary>
    public event EventHandler? Changed;

    /// <summary>
    /// How often the text of each field was recorded in this circuit: <c>[["comment A-12", 1]]</c>. It is drawn with the page, so that it
    /// arrives after a gap in the connection too, which a call to the browser would not.
    /// </summary>
    public string RecordedAsJson { get; private set; } = "[]";

    /// <summary>Reads the fields, sends their texts, and lets the browser forget them if they were recorded.</summary>
    /// <param name="fields">Those that are on the page; null for one that is not.</param>
    /// <param name="send">Gets the texts in the order of the fields, empty for one that is not on the page; answers whether they were recorded.</param>
    /// <returns>Whether they were recorded; false where the browser was gone before it said what stands in its fields.</returns>
    public async Task<bool> SendAsync(IReadOnlyList<DraftField?> fields, Func<IReadOnlyList<string>, Task<bool>> send)
    {
        var texts = new string[fields.Count];
        for (var i = 0; i < fields.Count; i++)
        {
            var (isThere, text) = fields[i] is { } field ? await field.ReadAsync() : (true, "");
            if (!isThere)
                return false;
            texts[i] = text;
        }
        string[] names = [.. fields.OfType<DraftField>().Select(field => field.Name)];
        var isRecorded = await send(texts);
        if (!isRecorded)
        {
            foreach (var name in names)
                await browser.DraftRefusedAsync(name);
            return false;
        }
        foreach (var field in fields.OfType<DraftField>())
            field.Recorded();
        Record(names);
        return true;
    }

    /// <summary>The reader closed the field on purpose: its text is kept and comes back when the field is opened again.</summary>
    public async Task SetAsideAsync(params IReadOnlyList<DraftField?> fields)
    {
        foreach (var field in fields.OfType<DraftField>())
            await browser.DraftAsideAsync(field.Name);
    }

    private void Record(string[] names)
    {
        foreach (var name in names)
            _recorded[name] = _recorded.GetValueOrDefault(name) + 1;
        RecordedAsJson = JsonSerializer.Serialize(_recorded.Select(pair => new object[] { pair.Key, pair.Value }));
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
