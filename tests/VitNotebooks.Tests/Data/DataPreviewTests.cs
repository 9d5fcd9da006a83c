using System.Runtime.InteropServices;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class DataPreviewTests
{
    private static readonly VisionData s_shapes = Datasets.Open("shapes").Subset(40, 10);

    [Fact]
    public void Preview_HasTheImagesBeforeAndAfterEachStep()
    {
        var data = s_shapes
            .Resize(24)
            .Augment(Augmentation.RandomResizedCropFlip with { Erasing = new RandomErasing(1) });
        var preview = data.Preview(12, seed: 3, epoch: 2);
        preview
            .Steps.Select(step => step.Name)
            .ShouldBe([DataPreview.Original, .. data.TrainPipeline.ToString().Split(" > ")]);
        preview.Steps.ShouldAllBe(step => step.Samples.Count == 12);
        preview.Before.Select(s => s.Class).ShouldBe(data.PreviewSamples(12).Select(s => s.Class));
        preview.Before[5].Image.Pixels.ShouldBe(data.PreviewSamples(12)[5].Image.Pixels);
        preview.Steps[1].Samples[0].Image.Width.ShouldBe(24);
        // Half of twelve images are not mirrored, and no number is lost by the normalization.
        Pixels(preview.Steps[2]).ShouldNotBe(Pixels(preview.Steps[1]));
        Pixels(preview.Steps[3]).ShouldBe(Pixels(preview.Steps[2]));
        Pixels(preview.Steps[4]).ShouldNotBe(Pixels(preview.Steps[3]));
        preview.ToString().ShouldContain("as in the dataset: 32 x 32\n  RandomResizedCrop(24,");
    }

    [Fact]
    public void Preview_OfASeedAndAnEpoch_IsWhatALoaderShowsThere()
    {
        var data = s_shapes.Augment(Augmentation.VtsDrloc);
        var preview = data.Preview(8, seed: 4, epoch: 1);
        var options = new LoaderOptions { BatchSize = data.Train.Count, Seed = 4 };
        using var loader = new Loader(data.Train, data.TrainPipeline, options);
        using var batch = loader.Epoch(1).Single();
        var all = MemoryMarshal.Cast<byte, float>(batch.Images.bytes).ToArray();
        string[] shown = [.. all.Chunk(3 * 32 * 32).Select(p => Hex(data.TrainPipeline.Normalization.Undo(p, 32, 32)))];
        Pixels(preview.Steps[^1]).ShouldBeSubsetOf(shown);
        Pixels(data.Preview(8, seed: 5, epoch: 1).Steps[^1]).ShouldNotBe(Pixels(preview.Steps[^1]));
        Pixels(data.Preview(8, seed: 4, epoch: 2).Steps[^1]).ShouldNotBe(Pixels(preview.Steps[^1]));
    }

    [Fact]
    public void Undo_OfNormalizedBytes_IsTheBytes()
    {
        byte[] pixels =
        [
            .. Enumerable.Range(0, 256).SelectMany(v => new[] { (byte)v, (byte)(255 - v), (byte)(v ^ 85) }),
        ];
        var normalize = new Normalize([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
        var planes = new float[pixels.Length];
        normalize.Write(pixels, planes);
        normalize.Undo(planes, 16, 16).Pixels.ShouldBe(pixels);
        planes[0] = 1e6f;
        planes[1] = -1e6f;
        normalize.Undo(planes, 16, 16)[0, 0].R.ShouldBe((byte)255);
        normalize.Undo(planes, 16, 16)[1, 0].R.ShouldBe((byte)0);
        Should
            .Throw<ArgumentException>(() => normalize.Undo(planes, 16, 15))
            .Message.ShouldContain("expected 3 x 15 x 16");
    }

    private static string[] Pixels(PreviewStep step) => [.. step.Samples.Select(s => Hex(s.Image))];

    private static string Hex(RgbImage image) => Convert.ToHexString(image.Pixels);
}
