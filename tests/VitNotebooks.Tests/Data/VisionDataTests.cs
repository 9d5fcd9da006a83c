using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class VisionDataTests
{
    private static readonly VisionData Shapes = SyntheticShapes.Open(new ShapesOptions { Train = 200, Test = 60 });

    [Fact]
    public void Subset_OfImages_IsBalancedAndAlwaysTheSame()
    {
        var fewer = Shapes.Subset(55, 20, seed: 3);
        fewer.Train.Count.ShouldBe(55);
        fewer.Test.Count.ShouldBe(20);
        int[] perClass = [.. Enumerable.Range(0, 55).CountBy(fewer.Train.Label).Select(c => c.Value)];
        perClass.ShouldAllBe(count => count == 5 || count == 6);
        Enumerable.Range(0, 20).CountBy(fewer.Test.Label).ShouldAllBe(c => c.Value == 2);
        Indices(Shapes.Subset(55, 20, seed: 3)).ShouldBe(Indices(fewer));
        Indices(Shapes.Subset(55, 20, seed: 4)).ShouldNotBe(Indices(fewer));
        Shapes.Subset(55, 20, seed: 4).Identity.ShouldNotBe(fewer.Identity);
    }

    [Fact]
    public void Subset_MoreThanThereAre_ThrowsASentence() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() => Shapes.Subset(201))
            .Message.ShouldContain("shapes32/train has 200");

    [Fact]
    public void HoldOut_OfImages_SplitsTheTrainingSet()
    {
        var split = Shapes.HoldOut(50, seed: 1);
        var train = Indices(split);
        int[] validation = [.. ((IndexedDataset)split.Validation!).Indices];
        train.Length.ShouldBe(150);
        validation.Length.ShouldBe(50);
        train.Concat(validation).Order().ShouldBe(Enumerable.Range(0, 200));
        Enumerable.Range(0, 50).CountBy(split.Validation!.Label).ShouldAllBe(c => c.Value == 5);
        Should
            .Throw<InvalidOperationException>(() => split.HoldOut(10))
            .Message.ShouldContain("a validation split already");
    }

    [Fact]
    public void Resize_AndAugment_MakeThePipelines()
    {
        var data = Shapes.Resize(224).Augment(Augmentation.RandomResizedCropFlip);
        data.ImageSize.ShouldBe(224);
        var norm = "Normalize(mean 0.485 0.456 0.406, std 0.229 0.224 0.225)";
        data.TestPipeline.ToString().ShouldBe($"Resize(256, bicubic) > CenterCrop(224) > {norm}");
        data.TrainPipeline.ToString()
            .ShouldBe(
                $"RandomResizedCrop(224, scale 0.08..1, ratio 0.75..1.333333, bicubic) > RandomHorizontalFlip(0.5) > {norm}"
            );
        Shapes
            .Augment(Augmentation.CropFlip)
            .TrainPipeline.ToString()
            .ShouldBe($"Resize(32, bicubic) > RandomCrop(32, padding 4) > RandomHorizontalFlip(0.5) > {norm}");
        Shapes.Augment(Augmentation.None).TrainPipeline.ShouldBe(Shapes.TestPipeline);
        Shapes.Augment(Augmentation.Flip).TrainPipeline.Transforms.Count.ShouldBe(3);
    }

    [Fact]
    public void Resize_WithAnOwnPipeline_ThrowsRatherThanIgnoreIt() =>
        Should
            .Throw<InvalidOperationException>(() =>
                (Shapes with { TrainPipeline = Pipeline.Empty.CenterCrop(8) }).Resize(64)
            )
            .Message.ShouldContain("call Resize first");

    [Fact]
    public void Standard_OfAFolderOrShapes_MeasuresTheTrainingImages()
    {
        var own = Shapes.Standard();
        var sum = new float[3];
        foreach (var i in Enumerable.Range(0, 200))
        {
            var planes = new float[3072];
            own.TestPipeline.Normalization.Write(Shapes.Train.Read(i).Pixels, planes);
            for (var c = 0; c < 3; c++)
            {
                sum[c] += planes.AsSpan(c * 1024, 1024).ToArray().Sum() / (1024 * 200);
            }
        }
        sum.ShouldAllBe(mean => Math.Abs(mean) < 1e-3);
    }

    [Fact]
    public void Preview_Images_TakesTheClassesInTurn()
    {
        Shapes.PreviewSamples(23).Count.ShouldBe(23);
        Shapes.PreviewSamples(12).Select(s => s.Class).ShouldBe([.. Shapes.Classes, "disc", "ring"]);
        var crops = Shapes.Augment(Augmentation.CropFlip).PreviewAugmented(10);
        crops
            .Select(s => (s.Image.Width, s.Image.Height))
            .ShouldAllBe(size => size.Equals(new ValueTuple<int, int>(32, 32)));
        crops
            .Select(s => Convert.ToHexString(s.Image.Pixels))
            .ShouldNotBe(Shapes.PreviewSamples(10).Select(s => Convert.ToHexString(s.Image.Pixels)));
    }

    [Fact]
    public void Identity_OfAnyChange_Changes()
    {
        VisionData[] all =
        [
            Shapes,
            Shapes.Resize(64),
            Shapes.Resize(64, 1.0),
            Shapes.Augment(Augmentation.Flip),
            Shapes.Augment(Augmentation.CropFlip),
            Shapes.Augment(Augmentation.CropFlip with { Padding = 3 }),
            Shapes.Subset(50),
            Shapes.HoldOut(50),
            Shapes.Standard(),
        ];
        all.Select(d => d.Identity).Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Length);
        Shapes.Resize(64).Identity.ShouldBe(Shapes.Resize(64).Identity);
    }

    [Fact]
    public void Preprocessing_AsJson_ComesBackEqual()
    {
        var preprocessing = Shapes.Resize(224).Preprocessing;
        var back = JsonSerializer.Deserialize<Preprocessing>(JsonSerializer.Serialize(preprocessing))!;
        back.ShouldBe(preprocessing);
        back.GetHashCode().ShouldBe(preprocessing.GetHashCode());
        (back with { Mean = [0, 0, 0] }).ShouldNotBe(preprocessing);
    }

    [Fact]
    public void Preprocessing_OfAnImage_GivesWhatTheLoaderGives()
    {
        var data = Shapes.Resize(48);
        using var loader = new Loader(data.Test, data.TestPipeline, new LoaderOptions { BatchSize = 1 });
        var batch = loader.Epoch(0).First();
        using var one = data.Preprocessing.Apply(data.Test.Read(0));
        one.shape.ShouldBe([1, 3, 48, 48]);
        one.bytes.SequenceEqual(batch.Images.bytes).ShouldBeTrue();
        batch.Dispose();
    }

    [Theory]
    [InlineData(0, 0.875)]
    [InlineData(224, 0)]
    [InlineData(224, 1.5)]
    public void Resize_OutOfRange_ThrowsASentence(int size, double ratio) =>
        Should
            .Throw<ArgumentException>(() => Shapes.Resize(size, ratio))
            .Message.ShouldContain("expected a size of at least 1");

    private static int[] Indices(VisionData data) => [.. ((IndexedDataset)data.Train).Indices];
}
