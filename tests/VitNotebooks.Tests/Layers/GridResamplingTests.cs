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

public sealed class GridResamplingTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(6)]
    [InlineData(2)]
    public void Patches_OfAnotherSide_AreAsFlexiVitMakesThem(int side)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", "vit_patches.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var wanted = document.RootElement.GetProperty("resampled").GetProperty($"{side}");
        var expected = tensor(wanted.EnumerateArray().Select(e => e.GetDouble()).ToArray()).view(2, 3, side, side);
        var source = HashedWeights.Unit("patches", [2, 3, 4, 4]).to(float32);
        var found = GridResampling.Patches(source, [2, 3, side, side]).ShouldNotBeNull();
        found.dtype.ShouldBe(float32);
        ((found - expected).abs().max() / expected.abs().max()).ToDouble().ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Patches_OfLargerImages_GiveTheTokensOfTheSmallerOnes()
    {
        using var scope = NewDisposeScope();
        var kernels = randn(5, 3, 4, 4);
        var image = randn(2, 3, 4, 4); // a patch each: what is resized across patches would mix them
        var larger = nn.functional.interpolate(image, [8, 8], mode: InterpolationMode.Bilinear, align_corners: false);
        var resampled = GridResampling.Patches(kernels, [5, 3, 8, 8]).ShouldNotBeNull();
        var tokens = nn.functional.conv2d(image, kernels);
        nn.functional.conv2d(larger, resampled).allclose(tokens, 1e-4, 1e-4).ShouldBeTrue();
    }

    [Fact]
    public void Patches_WhatIsNotSquareOrHasOtherChannels_AreNone()
    {
        using var scope = NewDisposeScope();
        GridResampling.Patches(zeros(5, 3, 4, 6), [5, 3, 8, 8]).ShouldBeNull();
        GridResampling.Patches(zeros(5, 3, 4, 4), [5, 3, 8, 6]).ShouldBeNull();
        GridResampling.Patches(zeros(5, 1, 4, 4), [5, 3, 8, 8]).ShouldBeNull();
        GridResampling.Patches(zeros(5, 48), [5, 3, 8, 8]).ShouldBeNull();
    }

    [Fact]
    public void LoadWeights_OfAnotherPatch_ResamplesKernelsAndPositions()
    {
        using var scope = NewDisposeScope();
        using var fine = VisionModels.Vit().Mini().DropPath(0).Build();
        using var coarse = VisionModels.Vit().Mini().DropPath(0).ImageSize(64).PatchSize(8).Build();
        coarse.LoadWeights(fine.state_dict()).Resampled.ShouldBe(["patch_embed.proj.weight"]);
        // Every patch of one colour: what the resizing does between patches does not matter.
        var colours = randn(2, 3, 8, 8);
        fine.eval();
        coarse.eval();
        var small = fine.call(colours.repeat_interleave(4, 2).repeat_interleave(4, 3));
        var large = coarse.call(colours.repeat_interleave(8, 2).repeat_interleave(8, 3));
        large.allclose(small, 1e-4, 1e-5).ShouldBeTrue();

        using var other = VisionModels.Vit().Mini().PatchSize(8).Build();
        other
            .LoadWeights(fine.state_dict())
            .Resampled.ShouldBe(["pos_embed", "patch_embed.proj.weight"], ignoreOrder: true);
    }
}
