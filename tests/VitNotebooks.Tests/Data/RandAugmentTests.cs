using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class RandAugmentTests
{
    [Fact]
    public void Argument_OfEveryLevelAndSign_IsTimms()
    {
        var cases = 0;
        foreach (var c in TimmValues.Cases("levels"))
        {
            var (operation, scale) = TimmValues.Operation(c[0].GetString()!);
            var negative = c[2].GetBoolean();
            var signed = TimmOperations.IsSigned(operation, scale);
            TimmOperations
                .Argument(operation, c[1].GetDouble(), signed && negative, scale)
                .ShouldBe(c[3].GetDouble(), c.ToString());
            cases++;
        }
        // 19 scales, 9 levels, both signs.
        cases.ShouldBe(19 * 9 * 2);
    }

    [Fact]
    public void Apply_EveryOperationLevelAndSign_IsBitForBitTimms()
    {
        var seen = new HashSet<PixelOperation>();
        var buffer = new PixelBuffer();
        foreach (var c in TimmValues.Cases("operations"))
        {
            var (operation, scale) = TimmValues.Operation(c[0].GetString()!);
            var negative = TimmOperations.IsSigned(operation, scale) && c[2].GetBoolean();
            buffer.Load(TimmValues.Picture);
            TimmOperations.Apply(
                buffer,
                operation,
                TimmOperations.Argument(operation, c[1].GetDouble(), negative, scale),
                Enum.Parse<WarpSampling>(c[3].GetString()!),
                RgbColor.ImageNetMean
            );
            TimmValues.Digest(buffer.Pixels).ShouldBe(c[4].GetString(), c.ToString());
            seen.Add(operation);
        }
        seen.ShouldBe(RandAugment.Space, ignoreOrder: true);
    }

    [Theory]
    [InlineData("original")]
    [InlineData("originalr")]
    [InlineData("v0")]
    [InlineData("v0r")]
    public void Policies_OfTimm_HaveItsPairs(string policy)
    {
        var own = policy.StartsWith("v0", StringComparison.Ordinal)
            ? AutoAugmentPolicies.V0
            : AutoAugmentPolicies.ImageNet;
        JsonElement[] pairs = [.. TimmValues.Get("policies").GetProperty(policy).EnumerateArray()];
        pairs.Length.ShouldBe(25);
        for (var i = 0; i < 25; i++)
        {
            for (var k = 0; k < 2; k++)
            {
                var expected = pairs[i][k];
                var step = own[i][k];
                var name = expected[0].GetString()!.Replace("_rel", "").Replace("_", "");
                name.ShouldBe(step.Operation.ToString().ToLowerInvariant(), $"pair {i}");
                step.Probability.ShouldBe(expected[1].GetDouble(), $"pair {i}");
                if (step.Level is { } level)
                {
                    level.ShouldBe(expected[2].GetInt32(), $"pair {i}");
                }
                else
                {
                    step.Operation.ShouldBeOneOf(
                        PixelOperation.AutoContrast,
                        PixelOperation.Equalize,
                        PixelOperation.Invert
                    );
                }
            }
        }
    }

    [Fact]
    public void Parse_OfTheRecipesText_GivesItsSettings()
    {
        var parsed = RandAugment.Parse("rand-m9-mstd0.5-inc1");
        parsed.ShouldBe(new RandAugment(9, 0.5, 2, true));
        parsed.ToString().ShouldBe("RandAugment(rand-m9-mstd0.5-n2-p0.5-inc1, bicubic, fill 124 116 104)");
        RandAugment.Parse("rand-n3-m7").ShouldBe(new RandAugment(7, 0, 3));
        RandAugment.Parse("rand").ShouldBe(new RandAugment());
        TimmAutoAugment.Parse("v0r-mstd0.5").ShouldBe(new TimmAutoAugment("v0r", 0.5));
        Pipeline
            .Empty.RandAugment("rand-m9-mstd0.5-inc1")
            .ShouldBe(Pipeline.Empty.Then(new RandAugment(9, 0.5, 2, true)));
    }

    [Fact]
    public void Parse_OfAFaultyText_NamesEveryFault()
    {
        Should
            .Throw<ArgumentException>(() => RandAugment.Parse("rnd-m19-inc0-n1.5-m3-w0-x"))
            .Message.ShouldBe(
                "RandAugment \"rnd-m19-inc0-n1.5-m3-w0-x\": it begins with \"rnd\", expected rand; section m is there twice; "
                    + "section \"x\" is not letters and a number; n is \"1.5\", expected a whole number; "
                    + "inc is \"0\", which timm reads as on; write inc1, or leave it out for off; "
                    + "section w0 is not known, expected m9, mstd0.5, n2, p0.5, inc1; magnitude m is 19, expected 0..10."
            );
        Should
            .Throw<ArgumentException>(() => TimmAutoAugment.Parse("v1-mstd.5"))
            .Message.ShouldBe(
                "TimmAutoAugment \"v1-mstd.5\": it begins with \"v1\", expected original, originalr, v0, v0r; section mstd.5 is not known, expected mstd0.5."
            );
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.Then(new RandAugment(-1, -1, -1, false, 2)))
            .Message.ShouldBe(
                "RandAugment: magnitude m is -1, expected 0..10; deviation mstd is -1, expected at least 0; "
                    + "layers n is -1, expected at least 0; probability p is 2, expected 0..1."
            );
        Should
            .Throw<ArgumentException>(() => Pipeline.Empty.Then(new TimmAutoAugment("v2", -1)))
            .Message.ShouldBe(
                "TimmAutoAugment: Policy is \"v2\", expected original, originalr, v0, v0r; deviation mstd is -1, expected at least 0."
            );
    }

    [Fact]
    public void Apply_ManySeeds_ChangesAsOftenAsTheProbabilitiesSay()
    {
        // Two layers, each applied with 0.5: a quarter of the images stays, where no operation happens to do nothing.
        var image = TimmValues.Picture;
        var chain = Pipeline.Empty.Then(new RandAugment(9, 0.5, 2, true));
        var same = Enumerable
            .Range(0, 3000)
            .Count(seed => chain.Apply(image, new TorchRandom(seed)).Pixels.AsSpan().SequenceEqual(image.Pixels));
        // AutoContrast leaves this picture, whose values reach from 0 to 255: 1/15 of the operations.
        var stays = 0.5 + (0.5 / 15);
        (same / 3000.0).ShouldBe(stays * stays, 0.03);
        RandAugment never = new(Probability: 0);
        Pipeline.Empty.Then(never).Apply(image, new TorchRandom(1)).Pixels.ShouldBe(image.Pixels);
    }

    [Fact]
    public void ApplyDrawn_ManySeeds_HasTheLevelsAndSignsOfTheirDistribution()
    {
        // Brightness of a white pixel shows its factor: 1 - 0.09 m where the sign is negative, 255 where not.
        var white = new RgbImage(1, 1, [200, 200, 200]);
        var buffer = new PixelBuffer();
        var levels = new List<double>();
        const int draws = 4000;
        for (var seed = 0; seed < draws; seed++)
        {
            buffer.Load(white);
            TimmOperations.ApplyDrawn(
                buffer,
                PixelOperation.Brightness,
                5,
                0.5,
                TimmOperations.Scale.Increasing,
                WarpSampling.Bicubic,
                RgbColor.Grey,
                new TorchRandom(seed)
            );
            var factor = (buffer.Pixels[0] + 0.5) / 200.0;
            if (factor < 1)
            {
                levels.Add((1 - factor) / 0.09);
            }
        }
        (levels.Count / (double)draws).ShouldBe(0.5, 0.03);
        var mean = levels.Average();
        mean.ShouldBe(5, 0.05);
        Math.Sqrt(levels.Average(v => (v - mean) * (v - mean))).ShouldBe(0.5, 0.03);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(224, 3)]
    public void Apply_OddSizes_KeepsTheSize(int width, int height)
    {
        Transform[] all =
        [
            RandAugment.Parse("rand-m10-n6"),
            RandAugment.Parse("rand-m9-mstd0.5-inc1-n6") with
            {
                Sampling = WarpSampling.BilinearOrBicubic,
            },
            new RandAugment(10, double.PositiveInfinity, 6),
            new TimmAutoAugment("original", 0.5),
            new TimmAutoAugment("v0"),
            new BigVisionRandAugment(5, 30),
            new BigVisionRandAugment(5, 0),
            new ThreeAugment(),
            new TorchvisionRandAugment(6, 30),
            new AugMix(10, 4),
        ];
        var buffer = new PixelBuffer();
        foreach (var transform in all)
        {
            var chain = Pipeline.Empty.Then(transform);
            for (var seed = 0; seed < 60; seed++)
            {
                buffer.Load(TestImages.Noise(width, height, seed));
                chain.Apply(buffer, new TorchRandom(seed));
                (buffer.Width, buffer.Height).ShouldBe((width, height), transform.Describe());
            }
        }
    }
}
