using System.Globalization;
using System.Text.RegularExpressions;

namespace VitNotebooks.Data.Manifests;

/// <summary>A part of a split as tensorflow_datasets writes it: <c>train</c>, <c>train[:800]</c>, <c>train[45000:45200]</c>, <c>test[50%:]</c>.</summary>
/// <param name="Split">The split that is cut.</param>
/// <param name="From">The first image, or percent of all; null for the beginning.</param>
/// <param name="To">The image after the last, or percent of all; null for the end.</param>
internal sealed partial record ProtocolSlice(string Split, ProtocolPlace? From, ProtocolPlace? To)
{
    /// <summary>Whether it is all of the split, whose order then does not matter.</summary>
    public bool IsWhole => From is null && To is null;

    /// <summary>The slices of a rule, <c>cifar100:3.*.*: train[:800]+train[45000:45200]</c>; null where it is another sentence.</summary>
    public static IReadOnlyList<ProtocolSlice>? Parse(string? rule)
    {
        if (rule is null || Rule().Match(rule) is not { Success: true } match)
        {
            return null;
        }

        var slices = new List<ProtocolSlice>();
        foreach (var text in match.Groups[1].Value.Split('+'))
        {
            if (Slice().Match(text) is not { Success: true } slice)
            {
                return null;
            }

            slices.Add(
                new(
                    slice.Groups["split"].Value,
                    ProtocolPlace.Of(slice.Groups["from"].Value),
                    ProtocolPlace.Of(slice.Groups["to"].Value)
                )
            );
        }
        return slices;
    }

    /// <summary>The images of it among so many: from the first to the one after the last.</summary>
    public (int From, int To) Of(int count) => (From?.Of(count) ?? 0, To?.Of(count) ?? count);

    // The builder, perhaps with its configuration and version, then the slices.
    [GeneratedRegex(@"^[a-z0-9_]+(?:/[a-z0-9_-]+)?(?::[0-9.*]+)?: ([a-z0-9_:%\[\]+]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();

    [GeneratedRegex(
        @"^(?<split>[a-z0-9_]+)(?:\[(?<from>[0-9]{1,9}%?)?:(?<to>[0-9]{1,9}%?)?\])?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Slice();
}

/// <summary>A place in a split.</summary>
/// <param name="Value">An image's number, or percent of all.</param>
/// <param name="IsPercent">Which of the two.</param>
internal sealed record ProtocolPlace(int Value, bool IsPercent)
{
    /// <summary><c>800</c> or <c>50%</c>; null for nothing.</summary>
    public static ProtocolPlace? Of(string text) =>
        text.Length == 0
            ? null
            : new(int.Parse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture), text.EndsWith('%'));

    /// <summary>Its number among so many images; of percents the nearest, as tensorflow_datasets rounds.</summary>
    public int Of(int count) => IsPercent ? (int)Math.Round(count * (Value / 100.0)) : Value;
}
