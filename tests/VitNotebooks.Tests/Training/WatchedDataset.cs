using VitNotebooks.Data;

namespace VitNotebooks.Tests.Training;

/// <summary>A dataset that tells of every reading, before it happens: who is told may take its time, or throw.</summary>
internal sealed class WatchedDataset(IImageDataset inner, Action<int> reading) : IImageDataset
{
    public string Name => inner.Name;

    public int Count => inner.Count;

    public IReadOnlyList<string> Classes => inner.Classes;

    public string Identity => inner.Identity;

    public int Label(int index) => inner.Label(index);

    public RgbImage Read(int index)
    {
        reading(index);
        return inner.Read(index);
    }

    /// <summary>Some images cannot be read.</summary>
    public static WatchedDataset Broken(IImageDataset inner, params int[] broken) =>
        new(
            inner,
            index =>
            {
                if (broken.Contains(index))
                {
                    throw new BrokenImageException($"{inner.Name}/{index}.png: cut off", $"{inner.Name}/{index}.png");
                }
            }
        );

    /// <summary>Every image takes its time.</summary>
    public static WatchedDataset Slow(IImageDataset inner, int milliseconds) => new(inner, _ => Spin(milliseconds));

    public static void Spin(int milliseconds)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        SpinWait.SpinUntil(() => clock.ElapsedMilliseconds >= milliseconds);
    }
}
