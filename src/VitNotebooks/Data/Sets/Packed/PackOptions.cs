namespace VitNotebooks.Data;

/// <summary>How a <see cref="PackedDataset"/> keeps images.</summary>
public sealed record PackOptions
{
    /// <summary>What a record is. Default: the image's own file, as it is.</summary>
    public PackedRecords Records { get; init; } = PackedRecords.Files;

    /// <summary>
    /// Shorter side that an image above it is resized to (bicubic, antialiased) before it is kept, in pixels; null keeps its size. Not for
    /// <see cref="PackedRecords.Files"/>, which are kept as they are.
    /// </summary>
    public int? ShorterSide { get; init; }

    /// <summary>For <see cref="PackedRecords.Pixels"/>: cuts the square in the middle, so that all are of one size. Default false: they must be already.</summary>
    public bool CenterSquare { get; init; }

    /// <summary>For <see cref="PackedRecords.Jpeg"/>: 1..100. Default 95.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>What loses nothing: the images' own files, or their pixels where a split has no file an image (CIFAR, SVHN).</summary>
    /// <param name="data">What is to be packed.</param>
    public static PackOptions For(VisionData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var files = PackedSet.Of(data).All(split => split.Images.Count == 0 || split.Images.ReadFile(0) is not null);
        return new PackOptions { Records = files ? PackedRecords.Files : PackedRecords.Pixels };
    }

    /// <summary>The settings as text, a part of the file's identity.</summary>
    public override string ToString() =>
        Records.ToString().ToLowerInvariant()
        + (Records == PackedRecords.Jpeg ? $" quality {Quality}" : "")
        + (ShorterSide is { } side ? $" shorter side {side}" : "")
        + (CenterSquare ? " center square" : "");

    internal void Check()
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(Records))
        {
            faults.Add($"Records is {Records}, expected Files, Jpeg or Pixels");
        }
        if (ShorterSide < 1)
        {
            faults.Add($"ShorterSide is {ShorterSide}, expected at least 1 or null");
        }
        if (ShorterSide is not null && Records == PackedRecords.Files)
        {
            faults.Add($"ShorterSide is {ShorterSide}, but Records.Files keeps files as they are; take Jpeg or Pixels");
        }
        if (CenterSquare && Records != PackedRecords.Pixels)
        {
            faults.Add($"CenterSquare is set, but Records is {Records}; only Pixels need one size");
        }
        if (Quality is < 1 or > 100)
        {
            faults.Add($"Quality is {Quality}, expected 1..100");
        }
        if (faults.Count > 0)
        {
            throw new ArgumentException($"PackOptions: {string.Join("; ", faults)}.");
        }
    }
}

/// <summary>What a record of a packed file is.</summary>
public enum PackedRecords
{
    /// <summary>The image's own file, byte for byte: the images read from it are the same bits.</summary>
    Files,

    /// <summary>A JPEG, encoded anew: smaller and quicker to decode with a <see cref="PackOptions.ShorterSide"/>, and no longer the same bits.</summary>
    Jpeg,

    /// <summary>Bytes <c>[height, width, 3]</c> of one size: nothing is decoded when they are read.</summary>
    Pixels,
}
