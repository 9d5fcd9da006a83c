namespace VitNotebooks.Data;

/// <summary>The split that a dataset has not: ImageNetV2 has nothing to train on.</summary>
internal sealed class EmptySplit(string name, IReadOnlyList<string> classes) : IImageDataset
{
    public string Name => name;

    public int Count => 0;

    public IReadOnlyList<string> Classes => classes;

    public string Identity => $"{name} empty";

    public int Label(int index) => throw Nothing();

    public RgbImage Read(int index) => throw Nothing();

    private ArgumentOutOfRangeException Nothing() =>
        new(nameof(Name), $"{name} has no images; the dataset has no such split.");
}
