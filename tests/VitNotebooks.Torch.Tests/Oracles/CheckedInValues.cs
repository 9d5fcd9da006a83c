using System.Globalization;
using System.Text.Json;
using VitNotebooks.Acceleration;

namespace VitNotebooks.Oracles;

/// <summary>
/// The small reference values in <c>tests/oracles/values</c>, one file a libtorch version (made by record_values.py). What
/// the oracle scripts make afresh is held against them, so that a reference that changes does not go unnoticed.
/// </summary>
internal static class CheckedInValues
{
    private static readonly string s_folder = Path.Combine(PythonOracle.Folder, "values");

    private static readonly Lazy<Version> s_wanted = new(() => Version(TorchRuntime.Current.Version));

    /// <summary>The libtorch versions that values are checked in of.</summary>
    public static IReadOnlyList<Version> Versions { get; } =
    [.. Directory.GetFiles(s_folder, "libtorch-*.json").Select(Path.GetFileNameWithoutExtension).Select(VersionOf)];

    /// <summary>Why bits cannot be compared: no values of this very libtorch; null where there are some.</summary>
    public static string? Absence => AbsenceOf(s_wanted.Value);

    /// <summary>Bits, which belong to one version: a section of the libtorch at hand.</summary>
    /// <exception cref="OracleException">There are none; a test that may meet this says so with <see cref="CheckedInFactAttribute"/>.</exception>
    public static JsonElement Exact(string section) =>
        Absence is { } absence ? throw new OracleException(absence) : Read(s_wanted.Value, section);

    /// <summary>Numbers, which are the same for every version but for rounding: a section of the version nearest to the libtorch at hand.</summary>
    public static JsonElement Nearest(string section) => Read(NearestOf(s_wanted.Value), section);

    /// <inheritdoc cref="Absence"/>
    public static string? AbsenceOf(Version version) =>
        Versions.Contains(version)
            ? null
            : $"No values of libtorch {version} are checked in, only of {string.Join(", ", Versions)}; "
                + $"make them with it: python3 tests/oracles/record_values.py > tests/oracles/values/libtorch-{version}.json.";

    /// <summary>The version with values that has the fewest releases between it and the given one; 2.0 came after 1.13.</summary>
    public static Version NearestOf(Version version) => Versions.MinBy(one => Math.Abs(Place(one) - Place(version)))!;

    /// <summary>Major and minor number of <c>2.6.0+cpu</c> and the like.</summary>
    public static Version Version(string text)
    {
        var parts = text.Split('.');
        return new(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            int.Parse(parts[1], CultureInfo.InvariantCulture)
        );
    }

    public static JsonElement Read(Version version, string section)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, $"libtorch-{version}.json")));
        return file.RootElement.GetProperty(section).Clone();
    }

    private static Version VersionOf(string? file) => Version(file!["libtorch-".Length..]);

    private static int Place(Version version) => version.Major < 2 ? version.Minor : 14 + version.Minor;
}
