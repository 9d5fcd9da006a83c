using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(TransformOracleCollection.Name)]
public sealed class TransformsTests(TransformOracle oracle)
{
    private static readonly Dictionary<string, Pipeline> Chains = new(StringComparer.Ordinal)
    {
        ["resize48"] = Pipeline.Empty.Resize(48),
        ["resize48bilinear"] = Pipeline.Empty.Resize(48, Interpolation.Bilinear),
        ["center20"] = Pipeline.Empty.CenterCrop(20),
        ["center33"] = Pipeline.Empty.CenterCrop(33),
        ["crop32pad4"] = Pipeline.Empty.RandomCrop(32, 4),
        ["flip"] = Pipeline.Empty.RandomHorizontalFlip(),
        ["flip0.25"] = Pipeline.Empty.RandomHorizontalFlip(0.25),
        ["rrc64"] = Pipeline.Empty.RandomResizedCrop(64),
        ["rrc64bilinear"] = Pipeline.Empty.RandomResizedCrop(64, interpolation: Interpolation.Bilinear),
        ["train"] = Pipeline.Empty.RandomResizedCrop(56).RandomHorizontalFlip(),
        ["cifar"] = Pipeline.Empty.RandomCrop(32, 4).RandomHorizontalFlip(),
        ["test"] = Pipeline.Empty.Resize(64).CenterCrop(56),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resample_ManySizes_IsBitForBitPillows(bool vectors)
    {
        var before = Resampler.UseVectors;
        try
        {
            Resampler.UseVectors = vectors && before;
            foreach (var resize in oracle.Cases("resizes"))
            {
                var buffer = new PixelBuffer();
                var image = oracle.Images[resize.GetProperty("image").GetInt32()];
                var expected = oracle.Pixels(resize);
                var filter = Enum.Parse<Interpolation>(resize.GetProperty("filter").GetString()!);
                buffer.Load(image);
                buffer.Resample(0, 0, image.Width, image.Height, expected.Width, expected.Height, filter);
                buffer
                    .Pixels.SequenceEqual(expected.Pixels)
                    .ShouldBeTrue($"{image} to {expected}, {filter}, vectors {vectors}");
            }
        }
        finally
        {
            Resampler.UseVectors = before;
        }
    }

    [Fact]
    public void Apply_EveryChain_IsBitForBitTorchvisions()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new PixelBuffer();
        foreach (var c in oracle.Cases("chains"))
        {
            var name = c.GetProperty("chain").GetString()!;
            buffer.Load(oracle.Images[c.GetProperty("image").GetInt32()]);
            var expected = oracle.Pixels(c);
            Chains[name].Apply(buffer, new TorchRandom(c.GetProperty("seed").GetInt64()));
            (buffer.Width, buffer.Height).ShouldBe((expected.Width, expected.Height), name);
            buffer
                .Pixels.SequenceEqual(expected.Pixels)
                .ShouldBeTrue($"{name}, image {c.GetProperty("image")}, seed {c.GetProperty("seed")}");
            seen.Add(name);
        }
        seen.Count.ShouldBe(Chains.Count);
    }

    [Fact]
    public void Draw_ManySeeds_GivesTorchvisionsBoxes()
    {
        foreach (var c in oracle.Cases("boxes"))
        {
            var scale = Numbers(c, "scale");
            var ratio = Numbers(c, "ratio");
            var crop = new RandomResizedCrop(1, scale[0], scale[1], ratio[0], ratio[1]);
            var seed = 0;
            foreach (var expected in c.GetProperty("boxes").EnumerateArray())
            {
                var random = new TorchRandom(seed++);
                var box = crop.Draw(c.GetProperty("width").GetInt32(), c.GetProperty("height").GetInt32(), random);
                // The fifth number is the draw after the box: as many words must have been used.
                new[] { box.Left, box.Top, box.Width, box.Height, random.RandInt(0, 1 << 30) }.ShouldBe(
                    expected.EnumerateArray().Select(e => e.GetInt64()),
                    $"{c.GetProperty("width")} x {c.GetProperty("height")}, seed {seed - 1}"
                );
            }
            seed.ShouldBe(150);
        }
    }

    [Fact]
    public void Write_EveryByte_IsBitForBitToTensorAndNormalize()
    {
        foreach (var c in oracle.Cases("numbers"))
        {
            var image = oracle.Images[c.GetProperty("image").GetInt32()];
            var numbers = new float[image.Pixels.Length];
            new Normalize(
                [.. Numbers(c, "mean").Select(v => (float)v)],
                [.. Numbers(c, "std").Select(v => (float)v)]
            ).Write(image.Pixels, numbers);
            numbers.AsSpan().SequenceEqual(oracle.Floats(c)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Draw_AnyImage_StaysInside() =>
        Prop.ForAll(
                Gen.Choose(1, 700).Four().ToArbitrary(),
                numbers =>
                {
                    var (width, height, seed, low) = numbers;
                    var minScale = low / 700.0;
                    var box = new RandomResizedCrop(8, minScale, 1).Draw(width, height, new TorchRandom(seed));
                    return box is { Left: >= 0, Top: >= 0, Width: >= 1, Height: >= 1 }
                        && box.Left + box.Width <= width
                        && box.Top + box.Height <= height;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_AnyImageAndChain_HasTheFixedSize() =>
        Prop.ForAll(
                Gen.Choose(1, 90).Four().ToArbitrary(),
                numbers =>
                {
                    var (width, height, size, seed) = numbers;
                    var image = TestImages.Noise(width, height, seed);
                    Pipeline[] chains =
                    [
                        Pipeline.Empty.Resize(size).CenterCrop(size),
                        Pipeline.Empty.CenterCrop(size).RandomHorizontalFlip(),
                        Pipeline.Empty.RandomResizedCrop(size),
                        Pipeline.Empty.Resize(size).RandomCrop(size, 4),
                    ];
                    return chains.All(chain =>
                    {
                        var result = chain.Apply(image, new TorchRandom(seed));
                        return chain.FixedSize == (size, size) && result.Width == size && result.Height == size;
                    });
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void RandomCrop_BorderWiderThanTheCrop_MayBeBlack()
    {
        // 1 x 1 in a border of 4: of the 81 places of a crop of one pixel, one holds the image.
        var image = new RgbImage(1, 1, [9, 9, 9]);
        var crop = Pipeline.Empty.RandomCrop(1, 4);
        int[] values =
        [
            .. Enumerable.Range(0, 1000).Select(seed => (int)crop.Apply(image, new TorchRandom(seed)).Pixels[0]),
        ];
        values.ShouldAllBe(v => v == 0 || v == 9);
        values.Count(v => v == 9).ShouldBeInRange(2, 40);
    }

    [Fact]
    public void Apply_FlipTwice_IsTheImage()
    {
        var image = TestImages.Noise(13, 5, 3);
        var twice = Pipeline.Empty.RandomHorizontalFlip(1).RandomHorizontalFlip(1);
        twice.Apply(image, new TorchRandom(0)).Pixels.ShouldBe(image.Pixels);
        Pipeline.Empty.RandomHorizontalFlip(1).Apply(image, new TorchRandom(0))[0, 4].ShouldBe(image[12, 4]);
    }

    [Fact]
    public void RandomCrop_ImageTooSmall_ThrowsASentence() =>
        Should
            .Throw<DataException>(() =>
                Pipeline.Empty.RandomCrop(32, 4).Apply(TestImages.Noise(20, 40, 0), new TorchRandom(0))
            )
            .Message.ShouldContain("put Resize(32) before it");

    [Fact]
    public void Fluent_EveryMethod_AppendsItsTransform()
    {
        (Pipeline Chain, Transform Step)[] pairs =
        [
            (Pipeline.Empty.Resize(20, 30), new ResizeTo(20, 30)),
            (Pipeline.Empty.Resize(20), new Resize(20)),
            (Pipeline.Empty.RandomCrop(8, 2, BorderKind.Reflected), new RandomCrop(8, 2, BorderKind.Reflected)),
            (
                Pipeline.Empty.RandomResizedCrop(8, minRatio: 1, maxRatio: 2),
                new RandomResizedCrop(8, MinRatio: 1, MaxRatio: 2)
            ),
            (Pipeline.Empty.InceptionCrop(8), new InceptionCrop(8)),
            (Pipeline.Empty.RandomVerticalFlip(0.3), new RandomVerticalFlip(0.3)),
            (Pipeline.Empty.RandomGrayscale(0.3), new RandomGrayscale(0.3)),
            (Pipeline.Empty.ColorJitter(0.1, 0.2, 0.3, 0.4), new ColorJitter(0.1, 0.2, 0.3, 0.4)),
            (Pipeline.Empty.GaussianBlur(), new GaussianBlur()),
            (Pipeline.Empty.RandAugment("rand-m5"), new RandAugment(5)),
            (Pipeline.Empty.TorchvisionRandAugment(), new TorchvisionRandAugment()),
            (Pipeline.Empty.BigVisionRandAugment(), new BigVisionRandAugment()),
            (Pipeline.Empty.TimmAutoAugment("v0"), new TimmAutoAugment("v0")),
            (Pipeline.Empty.AutoAugment(AutoAugmentPolicy.Svhn), new AutoAugment(AutoAugmentPolicy.Svhn)),
            (Pipeline.Empty.TrivialAugmentWide(), new TrivialAugmentWide()),
            (Pipeline.Empty.AugMix(), new AugMix()),
            (Pipeline.Empty.ThreeAugment(), new ThreeAugment()),
        ];
        pairs.ShouldAllBe(pair => pair.Chain.Transforms.Single() == pair.Step);
        pairs.Select(pair => pair.Step.Describe()).Distinct(StringComparer.Ordinal).Count().ShouldBe(pairs.Length);
        // What prints itself as part of a run's identity must not depend on the record's own printing.
        pairs.ShouldAllBe(pair => pair.Chain.ToString().StartsWith(pair.Step.GetType().Name + "("));
    }

    [Fact]
    public void Apply_ACropThatDrawsItsInterpolation_IsBilinearOrBicubicHalfEach()
    {
        var image = TestImages.Noise(40, 30, 2);
        var bicubic = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            byte[][] fixedOnes =
            [
                .. new[] { Interpolation.Bilinear, Interpolation.Bicubic }.Select(filter =>
                    Pipeline
                        .Empty.RandomResizedCrop(9, interpolation: filter)
                        .Apply(image, new TorchRandom(seed))
                        .Pixels
                ),
            ];
            var drawn = Pipeline
                .Empty.Then(new RandomResizedCrop(9, DrawsInterpolation: true))
                .Apply(image, new TorchRandom(seed))
                .Pixels;
            fixedOnes.Any(f => f.AsSpan().SequenceEqual(drawn)).ShouldBeTrue();
            bicubic += drawn.AsSpan().SequenceEqual(fixedOnes[1]) ? 1 : 0;
        }
        bicubic.ShouldBeInRange(150, 250);
    }

    [Fact]
    public void ToString_OfAChain_NamesEveryStep()
    {
        var chain = Pipeline
            .Empty.RandomResizedCrop(224)
            .RandomHorizontalFlip()
            .Normalize([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
        chain
            .ToString()
            .ShouldBe(
                "RandomResizedCrop(224, scale 0.08..1, ratio 0.75..1.333333, bicubic) > RandomHorizontalFlip(0.5) > "
                    + "Normalize(mean 0.5 0.5 0.5, std 0.25 0.25 0.25)"
            );
        chain.ShouldBe(
            Pipeline
                .Empty.RandomResizedCrop(224)
                .RandomHorizontalFlip()
                .Normalize([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f])
        );
        chain.ShouldNotBe(Pipeline.Empty.RandomResizedCrop(224).RandomHorizontalFlip());
    }

    [Fact]
    public void Normalize_StdOfZero_ThrowsASentence() =>
        Should
            .Throw<ArgumentException>(() => new Normalize([0, 0, 0], [1, 0, 1]))
            .Message.ShouldContain("a std above 0");

    private static double[] Numbers(JsonElement c, string name) =>
        [.. c.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
}
