using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class PositionEmbeddingTests
{
    [Theory]
    [InlineData(14)]
    [InlineData(10)]
    [InlineData(5)]
    public void Resample_AnotherGrid_IsTimms(int side)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", "vit_positions.json");
        using var values = JsonDocument.Parse(File.ReadAllBytes(path));
        var wanted = values
            .RootElement.GetProperty("resampled")
            .GetProperty($"{side}")
            .EnumerateArray()
            .Select(v => v.GetDouble())
            .ToArray();
        var source = HashedWeights.Unit("positions", [1, 50, 6]).to(float32);
        var resampled = PositionEmbedding.Resample(source, side, prefix: 1)!;
        resampled.shape.ShouldBe([1, 1 + side * side, 6]);
        (resampled.to(float64) - tensor(wanted).view(resampled.shape)).abs().max().ToDouble().ShouldBeLessThan(1e-6);
        resampled.dtype.ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void Resample_WhatIsNoGrid_IsNothing()
    {
        using var scope = NewDisposeScope();
        PositionEmbedding.Resample(zeros(1, 51, 6), 14, prefix: 1).ShouldBeNull();
        PositionEmbedding.Resample(zeros(1, 1, 6), 14, prefix: 1).ShouldBeNull();
        PositionEmbedding.Resample(zeros(50, 6), 14, prefix: 1).ShouldBeNull();
    }

    [Fact]
    public void SinCos2d_ACell_HasItsColumnAndRowInEveryWavelength()
    {
        using var scope = NewDisposeScope();
        var positions = PositionEmbedding.SinCos2d(side: 3, embedDim: 12);
        positions.shape.ShouldBe([1, 9, 12]);
        var cell = positions[0, 1 * 3 + 2].data<float>().ToArray(); // row 1, column 2
        for (var k = 0; k < 3; k++)
        {
            var omega = Math.Pow(10_000, -k / 2.0);
            cell[k].ShouldBe((float)Math.Sin(2 * omega), 1e-6f);
            cell[3 + k].ShouldBe((float)Math.Cos(2 * omega), 1e-6f);
            cell[6 + k].ShouldBe((float)Math.Sin(omega), 1e-6f);
            cell[9 + k].ShouldBe((float)Math.Cos(omega), 1e-6f);
        }
    }

    [Fact]
    public void Build_FixedPositions_AreNoParameterAndNoState()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Positions(VitPositions.SinCos2d).Build();
        model.state_dict().Keys.ShouldNotContain("pos_embed");
        model.no_weight_decay().ShouldBe(["cls_token"]);
        model.eval();
        using var other = VisionModels.Vit().Mini().Positions(VitPositions.SinCos2d).Build();
        other.eval();
        other.LoadWeights(model.state_dict());
        var images = randn(2, 3, 32, 32);
        other.call(images).Equals(model.call(images)).ShouldBeTrue();
        Should
            .Throw<ModelConfigException>(() =>
                VisionModels.Vit().Mini().EmbedDim(62).Heads(2).Positions(VitPositions.SinCos2d).Build()
            )
            .Message.ShouldBe(
                "ViT: width 62 has no fixed positions, which take a multiple of 4 from 8 on; nearest: 60."
            );
    }
}
