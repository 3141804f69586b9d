using MudBlazor;

namespace ControlSurface.Components.Shell;

/// <summary>tokens.css as MudBlazor's theme, so that its dialogs, fields and popovers look like the rest. The mapping is that of the tokens' table.</summary>
public static class HouseTheme
{
    private static readonly string[] Inter = ["Inter Variable", "Inter", "system-ui", "Segoe UI", "sans-serif"];

    /// <summary>Colours, type and radii in light and dark.</summary>
    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = Light(),
            PaletteDark = Dark(),
            LayoutProperties = new LayoutProperties
            {
                DefaultBorderRadius = "5px",
                AppbarHeight = "48px",
                DrawerWidthLeft = "208px",
                DrawerMiniWidthLeft = "56px",
                DrawerWidthRight = "336px",
            },
            Shadows = new Shadow { Elevation = [.. Enumerable.Range(0, 26).Select(Elevation)] },
            Typography = new Typography
            {
                Default = Type<DefaultTypography>(".8125rem", "400", 20d / 13),
                Body1 = Type<Body1Typography>(".8125rem", "400", 20d / 13),
                Body2 = Type<Body2Typography>(".75rem", "400", 1.5),
                Caption = Type<CaptionTypography>(".75rem", "400", 16d / 12),
                Overline = Type<OverlineTypography>(".6875rem", "400", 16d / 11),
                Subtitle1 = Type<Subtitle1Typography>(".875rem", "600", 20d / 14),
                Subtitle2 = Type<Subtitle2Typography>(".75rem", "600", 16d / 12),
                H1 = Type<H1Typography>("1.25rem", "600", 1.4, "-.014em"),
                H2 = Type<H2Typography>(".875rem", "600", 20d / 14),
                H3 = Type<H3Typography>(".75rem", "600", 16d / 12),
                Button = Type<ButtonTypography>(".8125rem", "550", 20d / 13),
            },
        };

    private static PaletteLight Light() =>
        Fill(
            new PaletteLight(),
            new Tokens(
                Ink: "#1B1B20",
                OnInk: "#FFFFFF",
                InkHover: "#35353D",
                Bg: "#F5F5F7",
                Surface: "#FFFFFF",
                Surface2: "#F8F8FA",
                Surface3: "#EFEFF2",
                Scrim: "rgba(20,20,26,.42)",
                Text: "#17171B",
                Text2: "#4F4F59",
                Text3: "#656570",
                Line: "#E4E4E9",
                Line2: "#D3D3DA",
                ControlLine: "#85858F",
                Hover: "#F3F3F6",
                Selected: "#ECECF1",
                Work: ("#1D51C8", "#EAF0FD"),
                Good: ("#14683A", "#E6F4EC"),
                Wait: ("#854600", "#FCF1DD"),
                Bad: ("#B0241C", "#FCECEA"),
                Open: ("#6932B4", "#F2ECFB"),
                Idle: "#5C5C67"
            )
        );

    private static PaletteDark Dark() =>
        Fill(
            new PaletteDark(),
            new Tokens(
                Ink: "#EDEDF1",
                OnInk: "#141418",
                InkHover: "#FFFFFF",
                Bg: "#0D0D10",
                Surface: "#131317",
                Surface2: "#18181D",
                Surface3: "#212127",
                Scrim: "rgba(0,0,0,.6)",
                Text: "#ECECF0",
                Text2: "#B5B5BF",
                Text3: "#979AA3",
                Line: "#26262D",
                Line2: "#34343D",
                ControlLine: "#74747F",
                Hover: "#1A1A20",
                Selected: "#24242B",
                Work: ("#8DB5FF", "#152239"),
                Good: ("#72D19B", "#10281B"),
                Wait: ("#EFB457", "#2C2110"),
                Bad: ("#FF9A90", "#361A18"),
                Open: ("#C4A6FF", "#251B39"),
                Idle: "#A3A3AE"
            )
        );

    private static T Fill<T>(T palette, Tokens t)
        where T : Palette
    {
        palette.Primary = palette.Dark = t.Ink;
        palette.PrimaryContrastText = palette.DarkContrastText = t.OnInk;
        palette.PrimaryDarken = t.InkHover;
        palette.PrimaryLighten = t.Selected;
        palette.Background = palette.DrawerBackground = t.Bg;
        palette.Surface = palette.AppbarBackground = t.Surface;
        palette.BackgroundGray = palette.TableStriped = t.Surface2;
        palette.Skeleton = palette.ActionDisabledBackground = t.Surface3;
        palette.GrayLighter = t.Surface3;
        palette.OverlayDark = palette.OverlayLight = t.Scrim;
        palette.TextPrimary = palette.AppbarText = t.Text;
        palette.TextSecondary =
            palette.Secondary =
            palette.ActionDefault =
            palette.DrawerText =
            palette.DrawerIcon =
                t.Text2;
        palette.TextDisabled = palette.ActionDisabled = t.Text3;
        palette.Divider = palette.TableLines = palette.LinesDefault = t.Line;
        palette.GrayLight = t.Line2;
        palette.LinesInputs = t.ControlLine;
        palette.TableHover = t.Hover;
        (palette.Info, palette.InfoLighten) = (t.Work.Fg, t.Work.Tint);
        (palette.Success, palette.SuccessLighten) = (t.Good.Fg, t.Good.Tint);
        (palette.Warning, palette.WarningLighten) = (t.Wait.Fg, t.Wait.Tint);
        (palette.Error, palette.ErrorLighten) = (t.Bad.Fg, t.Bad.Tint);
        (palette.Tertiary, palette.TertiaryLighten) = (t.Open.Fg, t.Open.Tint);
        palette.GrayDefault = t.Idle;
        palette.InfoContrastText = palette.SuccessContrastText = palette.WarningContrastText = t.Surface;
        palette.ErrorContrastText = palette.TertiaryContrastText = palette.SecondaryContrastText = t.Surface;
        palette.HoverOpacity = .06;
        palette.RippleOpacity = palette.RippleOpacitySecondary = 0;
        palette.BorderOpacity = 1;
        return palette;
    }

    // Only dialogs and popovers float; all else lies flat.
    private static string Elevation(int level) => level is 8 or 24 ? "var(--cs-shadow)" : "none";

    private static T Type<T>(string size, string weight, double line, string spacing = "normal")
        where T : BaseTypography, new() =>
        new()
        {
            FontFamily = Inter,
            FontSize = size,
            FontWeight = weight,
            LineHeight = line.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture),
            LetterSpacing = spacing,
            TextTransform = "none",
        };

    private sealed record Tokens(
        string Ink,
        string OnInk,
        string InkHover,
        string Bg,
        string Surface,
        string Surface2,
        string Surface3,
        string Scrim,
        string Text,
        string Text2,
        string Text3,
        string Line,
        string Line2,
        string ControlLine,
        string Hover,
        string Selected,
        (string Fg, string Tint) Work,
        (string Fg, string Tint) Good,
        (string Fg, string Tint) Wait,
        (string Fg, string Tint) Bad,
        (string Fg, string Tint) Open,
        string Idle
    );
}
