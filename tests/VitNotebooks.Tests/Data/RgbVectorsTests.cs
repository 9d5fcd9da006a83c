using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>What vectors move is what a loop over pixels moves, for every width around whole vectors.</summary>
public sealed class RgbVectorsTests
{
    [Fact]
    public void FlipHorizontally_OfAnyWidth_ReversesEachRow()
    {
        for (var width = 1; width <= 133; width++)
        {
            var image = TestImages.Noise(width, 3, width);
            var flipped = Pipeline.Empty.RandomHorizontalFlip(1).Apply(image, new TorchRandom(0));
            for (var y = 0; y < 3; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    flipped[x, y].ShouldBe(image[width - 1 - x, y], $"{width} wide, {x}, {y}");
                }
            }
        }
    }

    [Fact]
    public void Write_OfAnyNumberOfPixels_IsTheFormulaToTheBit()
    {
        var normalize = new Normalize([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
        for (var count = 1; count <= 100; count++)
        {
            var image = TestImages.Noise(count, 1, count);
            var planes = new float[3 * count];
            normalize.Write(image.Pixels, planes);
            for (var i = 0; i < count; i++)
            {
                var (r, g, b) = image[i, 0];
                planes[i].ShouldBe(((r / 255f) - 0.485f) / 0.229f);
                planes[count + i].ShouldBe(((g / 255f) - 0.456f) / 0.224f);
                planes[(2 * count) + i].ShouldBe(((b / 255f) - 0.406f) / 0.225f);
            }
        }
    }
}
