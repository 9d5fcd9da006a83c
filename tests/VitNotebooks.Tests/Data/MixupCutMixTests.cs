using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Data;

public sealed class MixupCutMixTests
{
    private static readonly long[] Shape = [6, 2, 5, 6];

    [Fact]
    public void Images_AndTargets_OfGivenLambdasAndPlaces_AreTimms()
    {
        var cases = 0;
        foreach (var c in TimmValues.Cases("mixup"))
        {
            using var scope = NewDisposeScope();
            var images = tensor(TimmValues.Floats(TimmValues.Get("mixup_images")), Shape);
            var labels = tensor(new long[] { 0, 3, 1, 4, 2, 3 });
            bool[] cuts = [.. c.GetProperty("cuts").EnumerateArray().Select(e => e.GetBoolean())];
            double[] lambdas = [.. c.GetProperty("lambdas").EnumerateArray().Select(e => e.GetDouble())];
            var places = c.GetProperty("places");
            var correct = c.GetProperty("correct").GetBoolean();
            var mode = Enum.Parse<MixMode>(c.GetProperty("mode").GetString()!, ignoreCase: true);
            MixPart[] parts =
            [
                .. Enumerable
                    .Range(0, lambdas.Length)
                    .Select(i =>
                        // timm keeps single lambdas in float32.
                        Part(mode == MixMode.Batch ? lambdas[i] : (float)lambdas[i], cuts[i], places[i], correct)
                    ),
            ];
            var draw = new MixDraw(mode, 6, parts);
            var before = images.clone();
            var mixed = draw.Images(images);
            images.eq(before).all().ToBoolean().ShouldBeTrue();
            mixed
                .data<float>()
                .ToArray()
                .ShouldBe(TimmValues.Floats(c.GetProperty("images")), c.GetProperty("mode") + " " + cases);
            var targets = draw.Targets(labels, 5, c.GetProperty("smoothing").GetDouble());
            targets.data<float>().ToArray().ShouldBe(TimmValues.Floats(c.GetProperty("targets")), 1e-7);
            cases++;
        }
        cases.ShouldBe(8);
    }

    [Theory]
    [InlineData(MixMode.Batch)]
    [InlineData(MixMode.Pair)]
    [InlineData(MixMode.Elem)]
    public void Apply_ManySeeds_TakesFromThePartnerWhatLambdaSays(MixMode mode)
    {
        // An image's pixels say which image they are from: the mean is lambda's share of its own value and the partner's.
        var mix = new MixupCutMix(Mode: mode);
        for (var seed = 0; seed < 60; seed++)
        {
            using var scope = NewDisposeScope();
            var labels = arange(0L, 5L, 1L);
            var images = labels.to(float32).reshape(5, 1, 1, 1).expand(5, 2, 12, 9).contiguous();
            var (mixed, targets) = mix.Apply(images, labels, 5, new TorchRandom(seed));
            var draw = mix.Draw(5, 12, 9, new TorchRandom(seed));
            for (var i = 0; i < 5; i++)
            {
                var lambda = draw.Of(i).Lambda;
                var expected = (i * lambda) + ((4 - i) * (1 - lambda));
                mixed[i].mean().ToDouble().ShouldBe(expected, 1e-5, $"seed {seed}, image {i}, {draw.Of(i)}");
                if (i != 2)
                {
                    targets[i, i].ToDouble().ShouldBe(lambda, 1e-6);
                    targets[i, 4 - i].ToDouble().ShouldBe(1 - lambda, 1e-6);
                }
                targets[i].sum().ToDouble().ShouldBe(1, 1e-6);
            }
        }
    }

    [Fact]
    public void Draw_ManySeeds_HasItsDistributions()
    {
        var mix = new MixupCutMix(0.8, 1, 0.7, 0.3);
        MixPart[] parts =
        [
            .. Enumerable.Range(0, 6000).Select(seed => mix.Draw(2, 200, 200, new TorchRandom(seed)).Parts[0]),
        ];
        double[] blends = [.. parts.Where(p => p.Box is null && p.Lambda < 1).Select(p => p.Lambda)];
        double[] cuts = [.. parts.Where(p => p.Box is not null).Select(p => p.Lambda)];
        (blends.Length / 6000.0).ShouldBe(0.7 * 0.7, 0.02);
        (cuts.Length / 6000.0).ShouldBe(0.7 * 0.3, 0.02);
        blends.Average().ShouldBe(0.5, 0.015);
        blends.Average(v => (v - 0.5) * (v - 0.5)).ShouldBe(1 / (4 * ((2 * 0.8) + 1)), 0.006);
        foreach (var part in parts.Where(p => p.Box is not null))
        {
            part.Lambda.ShouldBe(part.Box!.Value.Lambda(200, 200));
        }
        // Clipping leaves more of the image than lambda said: with Beta(1, 1) the mean of 1 - lambda sinks from a half.
        cuts.Average().ShouldBeInRange(0.55, 0.75);
    }

    [Fact]
    public void Draw_WithSides_PlacesTheBoxInside()
    {
        var mix = new MixupCutMix(0, 0, CutMixSides: new(0.2, 0.8));
        for (var seed = 0; seed < 300; seed++)
        {
            var box = mix.Draw(1, 30, 20, new TorchRandom(seed)).Parts[0].Box!.Value;
            (box.Bottom - box.Top).ShouldBeInRange(6, 23);
            (box.Right - box.Left).ShouldBeInRange(4, 15);
            box.Top.ShouldBeGreaterThanOrEqualTo(0);
            box.Left.ShouldBeGreaterThanOrEqualTo(0);
            box.Bottom.ShouldBeLessThanOrEqualTo(30);
            box.Right.ShouldBeLessThanOrEqualTo(20);
        }
    }

    [Fact]
    public void Draw_WithFaultySettings_NamesAllOfThem()
    {
        Should
            .Throw<ArgumentException>(() => new MixupCutMix(0, 0, 2, -1, (MixMode)5).Draw(0, 4, 4, new TorchRandom(0)))
            .Message.ShouldBe(
                "MixupCutMix: Probability is 2, expected 0..1; SwitchProbability is -1, expected 0..1; "
                    + "MixupAlpha and CutMixAlpha are 0, expected one of them above 0; Mode is 5, expected Batch, Pair or Elem; "
                    + "the batch has 0 images of 4 x 4, expected at least 1 of each."
            );
        Should
            .Throw<ArgumentException>(() => new MixDraw(MixMode.Elem, 3, [MixPart.None]))
            .Message.ShouldContain("1 parts given for 3 images in mode Elem; expected 3");
        using var scope = NewDisposeScope();
        var draw = new MixDraw(MixMode.Batch, 4, [MixPart.None]);
        Should
            .Throw<ArgumentException>(() => draw.Images(zeros(3, 1, 2, 2)))
            .Message.ShouldContain("images have shape [3, 1, 2, 2]; expected [4, C, H, W]");
        Should
            .Throw<ArgumentException>(() => draw.Targets(zeros(4, 1, dtype: int64), 3))
            .Message.ShouldContain("labels have shape [4, 1]; expected [4]");
    }

    [Fact]
    public void Faults_OfSettings_NameRangesAndSides()
    {
        new MixupCutMix().Faults().ShouldBeEmpty();
        new MixupCutMix(0.8, 0).Faults().ShouldBeEmpty();
        new MixupCutMix(-1, double.NaN, CutMixSides: new(0.9, 0.1))
            .Faults()
            .ShouldBe([
                "MixupAlpha is -1, expected at least 0",
                "CutMixAlpha is NaN, expected at least 0",
                "CutMixSides is 0.9..0.1, expected a range within 0..1",
            ]);
    }

    [Fact]
    public void Counted_OfEachMode_IsTheLabelThatAnImageShowsMostOf()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 10, 11, 12, 13, 14 });
        MixPart own = new(0.5, null);
        MixPart partners = new(0.49, null);
        Counted(MixMode.Batch, own).ShouldBe([10, 11, 12, 13, 14]);
        Counted(MixMode.Batch, partners).ShouldBe([14, 13, 12, 11, 10]);
        // Both of a pair are mostly the other; the middle of an odd number has no other.
        Counted(MixMode.Pair, partners, own).ShouldBe([14, 11, 12, 13, 10]);
        Counted(MixMode.Elem, own, partners, own, own, partners).ShouldBe([10, 13, 12, 13, 10]);
        Should
            .Throw<ArgumentException>(() => new MixDraw(MixMode.Batch, 4, [own]).Counted(labels))
            .Message.ShouldContain("labels have shape [5]; expected [4]");

        long[] Counted(MixMode mode, params MixPart[] parts) =>
            new MixDraw(mode, 5, parts).Counted(labels).data<long>().ToArray();
    }

    [Fact]
    public void ToString_OfSettings_NamesThemAll() =>
        new MixupCutMix(CutMixSides: new(0.2, 0.8))
            .ToString()
            .ShouldBe("MixupCutMix(mixup 0.8, cutmix 1, probability 1, switch 0.5, batch, sides 0.2..0.8)");

    private static MixPart Part(double lambda, bool cut, JsonElement place, bool correct)
    {
        if (!cut || lambda == 1)
        {
            return new MixPart(lambda, null);
        }
        var box = MixBox.Around(5, 6, lambda, place[0].GetInt32(), place[1].GetInt32());
        return new MixPart(correct ? box.Lambda(5, 6) : lambda, box);
    }
}
