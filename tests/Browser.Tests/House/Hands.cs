using System.Text.RegularExpressions;
using ControlSurface.Components;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// Somebody at work by the keyboard alone, or by touch alone: each press of a key and each tap is a step, and so is each text that is
/// typed.
/// </summary>
internal sealed class Hands(Visitor visitor, bool isTouch)
{
    private const int FarAway = 120; // presses of Tab after which a button counts as out of reach

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Goes to one of the places of the menu.</summary>
    public async Task GoesToAsync(string place)
    {
        var (key, address) = Navigation
            .Places.Where(one => one.Name == place)
            .Select(one => (one.Key, one.Href))
            .Single();
        if (isTouch)
        {
            var inBar = visitor.Page.Locator($".tabbar a[href='{address}']");
            if (!await inBar.IsVisibleAsync())
            {
                await TapsAsync(visitor.Page.Locator(".tabbar a[href='more']"));
                await visitor.Page.WaitForURLAsync("**/more");
                inBar = visitor.Page.Locator($"#main a[href='{address}']").First;
            }
            await TapsAsync(inBar);
        }
        else
        {
            await KeyAsync("g");
            await KeyAsync(key.ToString());
        }
        // The front page's address ends with the host.
        await visitor.Page.WaitForURLAsync(new Regex($"/{(address == "./" ? "" : Regex.Escape(address))}$"));
        // The address is there before the page is.
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync(place);
    }

    /// <summary>Opens a row of the page's list.</summary>
    public async Task OpensAsync(ILocator row)
    {
        await Expect(row).ToBeVisibleAsync();
        if (isTouch)
        {
            // A row that is a link by itself, or the link in it.
            await TapsAsync(row.Locator("xpath=self::a | .//a").First);
            return;
        }
        for (var k = 0; k < FarAway && !await HasFocusAsync(row); k++)
            await KeyAsync("j");
        await Expect(row).ToBeFocusedAsync();
        await KeyAsync("Enter");
    }

    /// <summary>Does what a button or link says: by its key, if it has one.</summary>
    public async Task DoesAsync(string act)
    {
        var button = visitor.Do(act);
        await Expect(button).ToBeEnabledAsync();
        if (isTouch)
            await TapsAsync(button);
        else if (Hotkeys.ForDo(act) is { } keys)
        {
            await KeyAsync(keys.Replace(' ', '+'));
            if (Hotkeys.Pressed.Contains(act))
                return;
            await Expect(button).ToBeFocusedAsync();
            await KeyAsync("Enter");
        }
        else
        {
            await ReachesAsync(button);
            await KeyAsync("Enter");
        }
    }

    /// <summary>Follows a link of the page.</summary>
    public async Task FollowsAsync(ILocator link)
    {
        await Expect(link).ToBeVisibleAsync();
        if (isTouch)
        {
            await TapsAsync(link);
            return;
        }
        await ReachesAsync(link);
        await KeyAsync("Enter");
    }

    /// <summary>Chooses in the palette by words; by touch it is opened by its button.</summary>
    public async Task ChoosesAsync(string words)
    {
        if (isTouch)
            await TapsAsync(visitor.Page.Locator("[data-act=palette]").First);
        else
            await KeyAsync("Control+k");
        await Expect(visitor.Page.Locator("#palette input[role=combobox]")).ToBeFocusedAsync();
        await TypesAsync(words);
        await Expect(visitor.Page.Locator("#palette [role=option]").First)
            .ToContainTextAsync(words, new() { IgnoreCase = true });
        if (isTouch)
            await TapsAsync(visitor.Page.Locator("#palette [role=option]").First);
        else
            await KeyAsync("Enter");
        await Expect(visitor.Page.Locator("#palette")).ToBeHiddenAsync();
    }

    /// <summary>Types where the focus is.</summary>
    public async Task TypesAsync(string text)
    {
        await visitor.Page.Keyboard.TypeAsync(text);
        Steps++;
    }

    /// <summary>Writes into a field.</summary>
    public async Task WritesAsync(ILocator field, string text)
    {
        await Expect(field).ToBeVisibleAsync();
        if (isTouch)
        {
            // What stands there is written over, as by a long press and the first letter.
            await TapsAsync(field);
            await field.FillAsync(text);
        }
        else
        {
            await ReachesAsync(field);
            await visitor.Page.Keyboard.TypeAsync(text);
        }
        Steps++;
    }

    /// <summary>Presses a key.</summary>
    public async Task KeyAsync(string key)
    {
        await visitor.Page.Keyboard.PressAsync(key);
        Steps++;
    }

    /// <summary>Taps on something.</summary>
    public async Task TapsAsync(ILocator place)
    {
        await place.TapAsync();
        Steps++;
    }

    private async Task ReachesAsync(ILocator element)
    {
        for (var k = 0; k < FarAway && !await HasFocusAsync(element); k++)
            await KeyAsync("Tab");
        await Expect(element).ToBeFocusedAsync();
    }

    private static Task<bool> HasFocusAsync(ILocator element) =>
        element.EvaluateAsync<bool>("element => element === document.activeElement");
}
