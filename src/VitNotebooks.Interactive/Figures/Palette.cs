using System.Globalization;

namespace VitNotebooks.Interactive;

/// <summary>
/// Colours of figures. Series: Okabe and Ito's set, told apart with every common kind of colour blindness
/// (https://jfly.uni-koeln.de/color/), lightened for dark pages. Matrices: viridis, read off at nine points.
/// </summary>
internal static class Palette
{
    public static readonly string[] Light =
    [
        "#0072b2",
        "#d55e00",
        "#009e73",
        "#b8559a",
        "#c98500",
        "#2b9bd8",
        "#7a6ff0",
        "#5f6b76",
    ];

    private static readonly string[] Dark =
    [
        "#4fb0ea",
        "#ff8a4c",
        "#35d0a0",
        "#ef9ccb",
        "#f5bd4f",
        "#9ad7ff",
        "#b3abff",
        "#a9b4be",
    ];

    private static readonly (byte R, byte G, byte B)[] Viridis =
    [
        (68, 1, 84),
        (72, 40, 120),
        (62, 74, 137),
        (49, 104, 142),
        (38, 130, 142),
        (31, 158, 137),
        (83, 197, 104),
        (170, 220, 50),
        (253, 231, 37),
    ];

    /// <summary>Colour of the series as an SVG paint: a variable, with the light colour where variables are unknown.</summary>
    public static string Series(int index) => $"var(--vn-c{index % Light.Length},{Light[index % Light.Length]})";

    /// <summary>Colour for a value in 0..1.</summary>
    public static (byte R, byte G, byte B) Matrix(double t)
    {
        var at = Math.Clamp(double.IsNaN(t) ? 0 : t, 0, 1) * (Viridis.Length - 1);
        var i = Math.Min((int)at, Viridis.Length - 2);
        var f = at - i;
        var (a, b) = (Viridis[i], Viridis[i + 1]);
        return ((byte)(a.R + f * (b.R - a.R)), (byte)(a.G + f * (b.G - a.G)), (byte)(a.B + f * (b.B - a.B)));
    }

    public static string Hex((byte R, byte G, byte B) c) =>
        string.Create(CultureInfo.InvariantCulture, $"#{c.R:x2}{c.G:x2}{c.B:x2}");

    /// <summary>Whether black writing reads better than white on the colour.</summary>
    public static bool IsBright((byte R, byte G, byte B) c) => 0.299 * c.R + 0.587 * c.G + 0.114 * c.B > 140;

    /// <summary>
    /// The variables for light and for dark. A front end that says its theme (JupyterLab, VS Code, our pages) wins over
    /// the system's preference.
    /// </summary>
    public static string Css(string selector)
    {
        var light = Variables(Light, "#ffffff", "#1f2328", "#59636e", "#d9dee3", "#8b949e");
        var dark = Variables(Dark, "#14181d", "#e6edf3", "#a0abb6", "#2b323a", "#77828d");
        return $"{selector}{{{light}}}"
            + $"@media (prefers-color-scheme:dark){{{selector}{{{dark}}}}}"
            + $"[data-jp-theme-light=\"true\"] {selector},[data-theme=\"light\"] {selector},.vscode-light {selector}{{{light}}}"
            + $"[data-jp-theme-light=\"false\"] {selector},[data-theme=\"dark\"] {selector},.vscode-dark {selector}{{{dark}}}";
    }

    private static string Variables(string[] series, string bg, string fg, string muted, string grid, string axis) =>
        $"--vn-bg:{bg};--vn-fg:{fg};--vn-muted:{muted};--vn-grid:{grid};--vn-axis:{axis};"
        + string.Concat(series.Select((c, i) => $"--vn-c{i}:{c};"));
}
