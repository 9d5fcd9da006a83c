using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class SamplerTests
{
    [Fact]
    public void Sequential_IsTheDatasetsOrderInEveryEpoch()
    {
        var data = TestImages.Dataset(5);
        Sampler.Sequential.Order(data, 1, 0).ShouldBe([0, 1, 2, 3, 4]);
        Sampler.Sequential.Order(data, 2, 7).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public void Shuffle_HoldsEachImageOnceInAnOrderOfSeedAndEpoch()
    {
        var data = TestImages.Dataset(40);
        var first = Sampler.Shuffle.Order(data, 1, 0);
        first.Order().ShouldBe(Enumerable.Range(0, 40));
        Sampler.Shuffle.Order(data, 1, 0).ShouldBe(first);
        Sampler.Shuffle.Order(data, 1, 1).ShouldNotBe(first);
        Sampler.Shuffle.Order(data, 2, 0).ShouldNotBe(first);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    [InlineData(300)]
    public void ClassBalanced_OfUnequalClasses_ShowsEachEquallyOften(int? images)
    {
        // 50 of one class, 6 of the next, 1 of the third; the fourth has none.
        var data = new Labelled(
            [
                .. Enumerable
                    .Range(0, 57)
                    .Select(i =>
                        i < 50 ? 0
                        : i < 56 ? 1
                        : 2
                    ),
            ],
            classes: 4
        );
        var sampler = new ClassBalancedSampler(images);
        var order = sampler.Order(data, 3, 2);
        order.Length.ShouldBe(images ?? 57);
        sampler.Count(data).ShouldBe(order.Length);
        int[] shown = [.. Enumerable.Range(0, 3).Select(c => order.Count(i => data.Label(i) == c))];
        (shown.Max() - shown.Min()).ShouldBeInRange(0, 1);
        // Within a class an image comes again only when all have come.
        for (var c = 0; c < 3; c++)
        {
            int[] times = [.. order.Where(i => data.Label(i) == c).GroupBy(i => i).Select(g => g.Count())];
            (times.Max() - times.Min()).ShouldBeInRange(0, 1);
        }
        sampler.Order(data, 3, 2).ShouldBe(order);
        sampler.Order(data, 3, 3).ShouldNotBe(order);
    }

    [Theory]
    [InlineData(1000, 3, 768)]
    [InlineData(256, 3, 256)]
    [InlineData(100, 3, 100)]
    [InlineData(512, 1, 512)]
    public void RepeatedAugmentation_ShowsCopiesInARowAndAsManyAsTheDatasetHas(int count, int copies, int expected)
    {
        var data = new Labelled(new int[count], classes: 1);
        var sampler = new RepeatedAugmentationSampler(copies);
        var order = sampler.Order(data, 1, 4);
        order.Length.ShouldBe(expected);
        sampler.Count(data).ShouldBe(expected);
        var once = Sampler.Shuffle.Order(data, 1, 4);
        order.ShouldBe(Enumerable.Range(0, expected).Select(i => once[i / copies]));
        sampler.Repeats.ShouldBe(copies > 1);
    }

    [Fact]
    public void Describe_OfEachSampler_TellsThemApart()
    {
        Sampler[] all =
        [
            Sampler.Sequential,
            Sampler.Shuffle,
            new ClassBalancedSampler(),
            new ClassBalancedSampler(10),
            new RepeatedAugmentationSampler(),
            new RepeatedAugmentationSampler(4),
            new RepeatedAugmentationSampler(3, 1),
        ];
        all.Select(s => s.ToString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Length);
    }

    private sealed class Labelled(int[] labels, int classes) : IImageDataset
    {
        public string Name => "labelled";

        public int Count => labels.Length;

        public IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(0, classes).Select(c => $"class {c}")];

        public string Identity => "labelled";

        public int Label(int index) => labels[index];

        public RgbImage Read(int index) => throw new InvalidOperationException("a sampler looks at labels alone");
    }
}
