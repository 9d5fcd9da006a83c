namespace VitNotebooks.Data;

/// <summary>A whole set in a packed file: its splits one behind the other, and what is done to an image before a model sees it.</summary>
/// <param name="Name">What tables call the set.</param>
/// <param name="Preprocessing">At test time.</param>
/// <param name="Statistics">The training set's published mean and deviation; null if none is published.</param>
/// <param name="Splits">In the order of their records.</param>
/// <param name="Notes">What was known of the set when it was packed, a sentence each; null for nothing.</param>
internal sealed record PackedSet(
    string Name,
    Preprocessing Preprocessing,
    ChannelStatistics? Statistics,
    IReadOnlyList<PackedSplit> Splits,
    IReadOnlyList<string>? Notes = null
)
{
    public const string Train = "train";
    public const string Validation = "validation";
    public const string Test = "test";

    /// <summary>The splits of a set in the order in which they are packed.</summary>
    public static IEnumerable<(string Role, IImageDataset Images)> Of(VisionData data) =>
        new (string Role, IImageDataset? Images)[]
        {
            (Train, data.Train),
            (Validation, data.Validation),
            (Test, data.Test),
        }
            .Where(split => split.Images is not null)
            .Select(split => (split.Role, split.Images!));

    /// <summary>What a file says of the set that it was packed from.</summary>
    public static PackedSet Describe(VisionData data) =>
        new(
            data.Name,
            data.Preprocessing,
            data.Statistics,
            [
                .. Of(data)
                    .Select(split => new PackedSplit(
                        split.Role,
                        split.Images.Name,
                        split.Images.Identity,
                        split.Images.Count
                    )),
            ],
            data.Notes.Count > 0 ? data.Notes : null
        );

    /// <summary>What contradicts itself or is missing, for a file that was read; null where nothing is.</summary>
    /// <param name="records">Records of the file.</param>
    public string? Fault(long records)
    {
        if (
            Name is null
            || Splits is null
            || Splits.Any(s => s is not { Role: not null, Name: not null, Identity: not null })
        )
        {
            return "its description of the splits lacks a name, a role or an identity";
        }
        if (Splits.Count(s => s.Role == Train) != 1 || Splits.Count(s => s.Role == Test) != 1)
        {
            return $"its splits are {string.Join(", ", Splits.Select(s => s.Role))}, expected one train and one test";
        }
        if (Splits.Any(s => s.Count < 0) || Splits.Sum(s => (long)s.Count) != records)
        {
            return $"its splits have {string.Join(" + ", Splits.Select(s => s.Count))} images, and it has {records:N0} records";
        }
        var fits =
            Preprocessing is { Mean.Length: 3, Std.Length: 3, ImageSize: >= 1, CropRatio: > 0 and <= 1 }
            && Enum.IsDefined(Preprocessing.Interpolation)
            && Preprocessing.ResizeTo <= 1 << 16
            && Preprocessing.Std.All(s => s > 0)
            && Statistics is null or { Mean.Count: 3, Std.Count: 3 };
        return fits
            ? null
            : "its preprocessing is none: a size, three means and three deviations, a filter and a crop ratio of 0..1 are expected";
    }
}

/// <summary>A split of a packed set.</summary>
/// <param name="Role">train, validation or test.</param>
/// <param name="Name">Its name.</param>
/// <param name="Identity">The identity of what was packed.</param>
/// <param name="Count">Images.</param>
internal sealed record PackedSplit(string Role, string Name, string Identity, int Count);
