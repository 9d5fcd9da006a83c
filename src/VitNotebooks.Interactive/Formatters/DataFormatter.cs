using System.Globalization;
using VitNotebooks.Data;

namespace VitNotebooks.Interactive;

/// <summary>Images and datasets: what a model will see, with labels.</summary>
internal static class DataFormatter
{
    private const int PreviewImages = 16;
    private const int ThumbnailSide = 96; // of a preview, which has many rows
    private const int MostImages = 64; // about 300 kB of 32-pixel PNGs

    public static PngImage Picture(RgbImage image) => PngImage.FromRgb(image.Width, image.Height, image.Pixels);

    public static string ToHtml(RgbImage image)
    {
        var zoom = Math.Clamp(128 / Math.Max(image.Width, image.Height), 1, 8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<img alt=\"{image.Width} x {image.Height} pixels\" title=\"{image.Width} x {image.Height} pixels\" width=\"{image.Width * zoom}\" height=\"{image.Height * zoom}\" style=\"image-rendering:{(zoom > 1 ? "pixelated" : "auto")}\" src=\"{Picture(image).ToDataUri()}\">"
        );
    }

    public static Figure Grid(IEnumerable<PreviewSample> samples, string? title = null) =>
        Charts.Images(samples.Take(MostImages).Select(s => (Picture(s.Image), s.Class)), title);

    public static string ToHtml(IEnumerable<PreviewSample> samples) => Grid(samples).ToHtml();

    /// <summary>A grid before the first step and after each.</summary>
    public static string ToHtml(DataPreview preview) =>
        string.Concat(
            preview.Steps.Select(
                (step, i) =>
                    Grid(
                            step.Samples.Select(s => s with { Image = Thumbnail(s.Image) }),
                            i == 0 ? $"{preview.Data}, {step.Name}" : $"{i}. {step.Name}"
                        )
                        .ToHtml()
            )
        );

    public static string ToHtml(VisionData data)
    {
        string[][] rows =
        [
            ["training images", Number(data.Train.Count)],
            .. data.Validation is { } v
                ? (string[][])
                    [
                        ["validation images", Number(v.Count)],
                    ]
                : [],
            ["test images", Number(data.Test.Count)],
            [
                "classes",
                $"{data.Classes.Count}: {string.Join(", ", data.Classes.Take(20))}{(data.Classes.Count > 20 ? ", \u2026" : "")}",
            ],
            ["side", $"{data.ImageSize} px"],
            ["training pipeline", data.TrainPipeline.ToString() ?? ""],
            ["test pipeline", data.TestPipeline.ToString() ?? ""],
            .. data.Notes.Select(note => new[] { "note", note }),
        ];
        var table = HtmlBlock.Table(["", data.Name], rows, right: 2);
        return HtmlBlock.Wrap($"<div class=\"vn-wrap\">{table}</div>")
            + Grid(data.PreviewSamples(PreviewImages)).ToHtml();
    }

    // Larger ones are shown as small as this anyway.
    private static RgbImage Thumbnail(RgbImage image) =>
        Math.Min(image.Width, image.Height) <= ThumbnailSide
            ? image
            : Pipeline.Empty.Resize(ThumbnailSide).Apply(image, new TorchRandom(0));

    private static string Number(int n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
