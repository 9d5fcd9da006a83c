using System.Globalization;
using System.Text.Json.Nodes;
using VitNotebooks.Data;

namespace VitNotebooks.Training;

/// <summary>
/// The broken images that a run has met, and what it did with them: a part of every run's <c>run.json</c>, also where there were none.
/// </summary>
/// <param name="Policy">What was done in training; of the test split an image that would be replaced is left out, since another would count twice.</param>
/// <param name="Training">Of the training split, each once.</param>
/// <param name="Test">Of the test split, each once.</param>
public sealed record BrokenImages(
    BrokenImagePolicy Policy,
    IReadOnlyList<BrokenImage> Training,
    IReadOnlyList<BrokenImage> Test
)
{
    private const int Shown = 3;

    /// <summary>No broken image.</summary>
    public static BrokenImages None { get; } = new(BrokenImagePolicy.Throw, [], []);

    /// <summary>How many, of both splits.</summary>
    public int Count => Training.Count + Test.Count;

    /// <summary>With more of them; each file once.</summary>
    public BrokenImages With(IEnumerable<BrokenImage> training, IEnumerable<BrokenImage> test) =>
        this with
        {
            Training = Union(Training, training),
            Test = Union(Test, test),
        };

    /// <summary>How many of which split, what was done, and the first files: a part of a sentence; empty where there are none.</summary>
    public override string ToString() =>
        string.Join(
            "; ",
            new[]
            {
                Training.Count == 0 ? "" : "training: " + Sentence(Training, LoaderOptions.Name(Policy)),
                Test.Count == 0 ? "" : "test: " + Sentence(Test, LoaderOptions.Name(RunImages.OfTest(Policy))),
            }.Where(part => part.Length > 0)
        );

    /// <summary>E.g. <c>2 broken images left out (a.jpg, b.jpg)</c>.</summary>
    internal static string Sentence(IReadOnlyList<BrokenImage> images, string what)
    {
        var files = string.Join(", ", images.Take(Shown).Select(image => image.File));
        var more =
            images.Count > Shown
                ? string.Create(CultureInfo.InvariantCulture, $" and {images.Count - Shown:N0} more")
                : "";
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{images.Count:N0} broken {(images.Count == 1 ? "image" : "images")} "
            ) + $"{(what == LoaderOptions.Name(BrokenImagePolicy.Throw) ? "met" : what)} ({files}{more})";
    }

    internal JsonObject ToJson() =>
        new()
        {
            ["policy"] = Policy.ToString(),
            ["count"] = Count,
            ["training"] = Json(Training),
            ["test"] = Json(Test),
        };

    /// <summary>What a run's status says; none where it says nothing.</summary>
    internal static BrokenImages Read(JsonNode? node) =>
        node is null
            ? None
            : new BrokenImages(
                Enum.Parse<BrokenImagePolicy>((string)node["policy"]!),
                List(node["training"]),
                List(node["test"])
            );

    private static JsonArray Json(IReadOnlyList<BrokenImage> images) =>
        [.. images.Select(image => new JsonObject { ["file"] = image.File, ["reason"] = image.Reason })];

    private static BrokenImage[] List(JsonNode? node) =>
        [.. node!.AsArray().Select(image => new BrokenImage((string)image!["file"]!, (string)image["reason"]!))];

    private static BrokenImage[] Union(IReadOnlyList<BrokenImage> before, IEnumerable<BrokenImage> more) =>
        [.. before.Concat(more).DistinctBy(image => image.File, StringComparer.Ordinal)];
}
