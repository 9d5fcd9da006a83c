using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class AugmentationTests
{
    private const string Norm = "Normalize(mean 0.485 0.456 0.406, std 0.229 0.224 0.225)";
    private const string Rand = "RandAugment(rand-m9-mstd0.5-n2-p0.5-inc1, bicubic, fill 124 116 104)";
    private const string Erasing = "RandomErasing(0.25, pixel, area 0.02..0.333333, aspect 0.3..3.333333, count 1..1)";

    [Fact]
    public void ToPipeline_OfThePresets_IsWhatTheRecipesSay()
    {
        const string crop = "RandomResizedCrop(224, scale 0.08..1, ratio 0.75..1.333333, bicubic)";
        foreach (var same in new[] { Augmentation.VtsDrloc, Augmentation.Swin, Augmentation.Deit })
        {
            Chain(same, 224).ShouldBe($"{crop} > RandomHorizontalFlip(0.5) > {Rand} > {Norm} > {Erasing}");
            Chain(same, 32)
                .ShouldBe(
                    $"Resize(32, bicubic) > RandomCrop(32, padding 4) > RandomHorizontalFlip(0.5) > {Rand} > {Norm} > {Erasing}"
                );
        }
        Chain(Augmentation.Deit3, 224)
            .ShouldBe($"{crop} > RandomHorizontalFlip(0.5) > ThreeAugment(jitter 0.3) > {Norm}");
        Chain(Augmentation.Deit3SimpleCrop, 192)
            .ShouldBe(
                "Resize(192, bicubic) > RandomCrop(192, padding 4 reflected) > RandomHorizontalFlip(0.5) > ThreeAugment(jitter 0.3) > "
                    + Norm
            );
        Chain(Augmentation.Cct, 32)
            .ShouldBe(
                "RandomResizedCrop(32, scale 0.8..1, ratio 0.75..1.333333, bilinear or bicubic) > RandomHorizontalFlip(0.5) > "
                    + "RandAugment(rand-m9-mstd0.5-n2-p0.5-inc1, bilinear or bicubic, fill 125 123 114) > "
                    + Norm
            );
        Chain(Augmentation.RandomResizedCropFlip, 224).ShouldBe($"{crop} > RandomHorizontalFlip(0.5) > {Norm}");
    }

    [Fact]
    public void ToString_OfAPreset_NamesItsParts()
    {
        Augmentation
            .VtsDrloc.ToString()
            .ShouldBe(
                "vts-drloc (random resized crop, area 0.08..1, at 32 px and below a crop after a border of 4, flip 0.5, "
                    + $"{Rand}, {Erasing})"
            );
        Augmentation.Flip.ToString().ShouldBe("flip (center crop, flip 0.5)");
        Augmentation
            .Deit3SimpleCrop.ToString()
            .ShouldBe("deit3-simple-crop (crop after a mirrored border of 4, flip 0.5, ThreeAugment(jitter 0.3))");
        Augmentation.Cct.ToString().ShouldContain("area 0.8..1, bilinear or bicubic, flip 0.5");
    }

    [Fact]
    public void WithoutFlip_OfAPreset_ChangesNothingElse()
    {
        var digits = Augmentation.VtsDrloc.WithoutFlip();
        digits.ShouldBe(Augmentation.VtsDrloc with { Name = "vts-drloc-without-flip", FlipProbability = 0 });
        digits.ToString().ShouldStartWith("vts-drloc-without-flip (random resized crop, ");
        digits.ToString().ShouldContain("flip 0, ");
        digits.WithoutFlip().ShouldBeSameAs(digits);
        Augmentation.None.WithoutFlip().ShouldBeSameAs(Augmentation.None);
    }

    [Fact]
    public void ToPipeline_OfAFaultyPolicy_NamesItsFaults() =>
        Should
            .Throw<ArgumentException>(() =>
                Chain(Augmentation.Flip with { Policy = new RandAugment(Magnitude: 99) }, 32)
            )
            .Message.ShouldContain("magnitude m is 99, expected 0..10");

    [Fact]
    public void ToPipeline_OfEveryPreset_GivesTheModelsSize()
    {
        var image = TestImages.Noise(70, 50, 1);
        foreach (var size in new[] { 32, 64 })
        {
            foreach (
                var preset in new[]
                {
                    Augmentation.VtsDrloc,
                    Augmentation.Deit3,
                    Augmentation.Deit3SimpleCrop,
                    Augmentation.Cct,
                    Augmentation.CropFlip,
                }
            )
            {
                var chain = preset.ToPipeline(Preprocessing.ImageNet(size));
                chain.FixedSize.ShouldBe((size, size));
                for (var seed = 0; seed < 20; seed++)
                {
                    var result = chain.Apply(image, new TorchRandom(seed));
                    (result.Width, result.Height).ShouldBe((size, size), preset.Name);
                }
            }
        }
    }

    private static string Chain(Augmentation augmentation, int size) =>
        augmentation.ToPipeline(Preprocessing.ImageNet(size)).ToString();
}
