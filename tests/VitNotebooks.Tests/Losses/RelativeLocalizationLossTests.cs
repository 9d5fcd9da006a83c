using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Losses;

[Collection(Alone.Name)]
public sealed class RelativeLocalizationLossTests(
    RelativeLocalizationLossTests.Reference reference,
    ITestOutputHelper output
) : IClassFixture<RelativeLocalizationLossTests.Reference>
{
    /// <summary>What tests/oracles/drloc_reference.py computes, made once.</summary>
    public sealed class Reference : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vitnb-oracle-");

        public Reference() => PythonOracle.Run("drloc_reference.py", TimeSpan.FromMinutes(2), _folder.FullName);

        public Dictionary<string, Tensor> Load(int side, int batch) =>
            Safetensors.Load(Path.Combine(_folder.FullName, $"k{side}_b{batch}.safetensors"));

        public void Dispose() => _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(7, 1, LocalizationForm.Compat)]
    [InlineData(7, 4, LocalizationForm.Compat)]
    [InlineData(14, 1, LocalizationForm.Compat)]
    [InlineData(14, 4, LocalizationForm.Compat)]
    [InlineData(7, 1, LocalizationForm.Fixed)]
    [InlineData(7, 4, LocalizationForm.Fixed)]
    [InlineData(14, 1, LocalizationForm.Fixed)]
    [InlineData(14, 4, LocalizationForm.Fixed)]
    public void Forward_TheReferencesMapAndHead_GivesItsLossAndGradients(int side, int batch, LocalizationForm form)
    {
        using var scope = NewDisposeScope();
        var tensors = reference.Load(side, batch);
        var (prefix, label) = form == LocalizationForm.Compat ? ("layers", "compat") : ("one", "fixed");
        using var loss = new RelativeLocalizationLoss(new RelativeLocalizationBuilder().Form(form).Options, 6, side);
        using (no_grad())
        {
            foreach (var (name, parameter) in loss.named_parameters())
            {
                parameter.copy_(tensors[name.Replace("layers", prefix, StringComparison.Ordinal)]);
            }
        }
        // Channels last in memory, as the models give it.
        var map = tensors["map"].permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).requires_grad_();

        var generator = new Generator().manual_seed(side + batch);
        var value = loss.forward(new Features([new FeatureMap("map", map, 32)], map), generator);
        value.backward();

        var worst = Error(value, tensors[$"{label}.loss"]);
        worst = Math.Max(worst, Error(map.grad!, tensors[$"{label}.grad.map"]));
        foreach (var (name, parameter) in loss.named_parameters())
        {
            worst = Math.Max(worst, Error(parameter.grad!, tensors[$"{label}.grad.{name["layers.".Length..]}"]));
        }

        output.WriteLine($"worst relative error {worst:e2}");
        worst.ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Reference_MadeAfresh_EqualsTheValuesCheckedIn()
    {
        using var scope = NewDisposeScope();
        var values = CheckedInValues.Nearest("localization");
        foreach (var side in new[] { 7, 14 })
        {
            foreach (var batch in new[] { 1, 4 })
            {
                foreach (var form in new[] { "compat", "fixed" })
                {
                    values
                        .GetProperty($"k{side}_b{batch}/{form}")
                        .GetDouble()
                        .ShouldBe(reference.Load(side, batch)[$"{form}.loss"].ToSingle(), 1e-5);
                }
            }
        }
    }

    private static double Error(Tensor ours, Tensor theirs) =>
        (ours - theirs).abs().max().ToSingle() / theirs.abs().max().ToSingle();

    [Theory]
    [InlineData(7, 4)]
    [InlineData(14, 1)]
    public void Draw_OneSeed_GivesThePairsOfPythonsRandint(int side, int batch)
    {
        using var scope = NewDisposeScope();
        var tensors = reference.Load(side, batch);
        manual_seed(side + batch); // the default generator this time
        var pairs = LocalizationPairs.Draw(batch, 64, side, null);
        var (p, q) = (tensors["P"].data<long>().ToArray(), tensors["Q"].data<long>().ToArray());
        var rows = pairs.Rows.data<long>().ToArray();
        var offsets = pairs.Offsets.data<float>().ToArray();
        for (var i = 0; i < batch * 64; i++)
        {
            var image = i / 64 * side * side;
            rows[2 * i].ShouldBe(image + p[2 * i] * side + p[2 * i + 1]);
            rows[2 * i + 1].ShouldBe(image + q[2 * i] * side + q[2 * i + 1]);
            offsets[2 * i].ShouldBe(Math.Abs(p[2 * i] - q[2 * i]));
            offsets[2 * i + 1].ShouldBe(Math.Abs(p[2 * i + 1] - q[2 * i + 1]));
        }
    }

    [Fact]
    public void Draw_ManyPairs_HaveTheMeanOffsetOfUniformCells()
    {
        var cells = Enumerable.Range(0, 7).ToArray();
        var exact = cells.SelectMany(a => cells.Select(b => (double)Math.Abs(a - b))).Average();
        exact.ShouldBe(16.0 / 7, 1e-12);

        using var scope = NewDisposeScope();
        var drawn = LocalizationPairs.Draw(1000, 256, 7, new Generator().manual_seed(1)).Offsets;
        // 512,000 offsets of deviation 1.67: the mean is known to 0.0023.
        drawn.mean().ToSingle().ShouldBe((float)exact, 0.012f);
        drawn.max().ToSingle().ShouldBe(6);
    }

    [Fact]
    public void Of_AConstantPredictorOfTwo_Gives66Over49()
    {
        using var scope = NewDisposeScope();
        using var loss = new RelativeLocalizationLoss(new(), 4, 7);
        // All 49 x 49 pairs of cells, each once.
        var coordinates = Enumerable.Range(0, 49 * 49).Select(i => (P: i / 49, Q: i % 49));
        var offsets = coordinates
            .SelectMany(c => new float[] { Math.Abs(c.P / 7 - c.Q / 7), Math.Abs(c.P % 7 - c.Q % 7) })
            .ToArray();
        loss.Of(full(49 * 49, 2, 2f), tensor(offsets).view(-1, 2)).ToSingle().ShouldBe(66f / 49, 1e-5f);
    }

    [Fact]
    public void Of_EachSwitchAlone_ScalesTheLossAsItSays()
    {
        using var scope = NewDisposeScope();
        var offsets = tensor(new float[] { 3, 0, 1, 6 }).view(2, 2);
        var predictions = zeros(2, 2);
        Value(new()).ShouldBe(2.5f);
        Value(new() { Reduction = LocalizationReduction.PairNorm }).ShouldBe(5);
        Value(new() { Target = LocalizationTarget.Fraction }).ShouldBe(2.5f / 7, 1e-6f);
        Value(RelativeLocalizationOptions.Fixed).ShouldBe(5f / 7, 1e-6f);

        float Value(RelativeLocalizationOptions options)
        {
            using var loss = new RelativeLocalizationLoss(options, 4, 7);
            return loss.Of(predictions, offsets).ToSingle();
        }
    }

    [Theory]
    [InlineData(768, 2, 1_050_626)]
    [InlineData(384, 2, 657_410)]
    [InlineData(768, 1, 787_970 + 0)]
    public void Parameters_OfTheHead_AreThoseOfTheCode(int channels, int hidden, long count)
    {
        using var scope = NewDisposeScope();
        using var loss = new RelativeLocalizationLoss(new() { HiddenLayers = hidden }, channels, 7);
        loss.parameters().Sum(p => p.numel()).ShouldBe(count);
    }

    [Theory]
    [InlineData(MapPooling.Average3x3)]
    [InlineData(MapPooling.Average2x2)]
    public void Forward_PooledMap_DrawsFromSideSeven(MapPooling pooling)
    {
        using var scope = NewDisposeScope();
        using var loss = new RelativeLocalizationLoss(new() { Pooling = pooling }, 4, 14);
        loss.Side.ShouldBe(7);
        var map = ones(2, 4, 14, 14);
        loss.forward(new Features([new FeatureMap("map", map, 16)], map), null).isfinite().ToBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Construction_WhatCannotWork_IsRefusedWithASentence()
    {
        Message(new(), 1).ShouldContain("needs a map of side 2 at least, this one has side 1");
        Message(new() { Pooling = MapPooling.Average2x2 }, 3)
            .ShouldContain("side 1 after pooling Average2x2 of side 3");
        Message(new() { Pairs = 0 }, 7).ShouldContain("localization pairs 0 is not in 1..65536; nearest: 1.");
        Message(new() { Weight = double.NaN }, 7).ShouldContain("localization weight NaN is not in 0..");

        static string Message(RelativeLocalizationOptions options, int side) =>
            Should.Throw<ArgumentException>(() => new RelativeLocalizationLoss(options, 4, side)).Message;
    }

    [Fact]
    public void Forward_AMapThatIsNotSquare_IsRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using var loss = new RelativeLocalizationLoss(new(), 4, 7);
        var map = zeros(2, 4, 7, 8);
        var fault = Should.Throw<ArgumentException>(() =>
            loss.forward(new Features([new FeatureMap("map", map, 32)], map), null)
        );
        fault.Message.ShouldStartWith(
            "Relative localization: a map of shape [2, 4, 7, 8] does not fit; this loss was built for [B, 4, 7, 7]."
        );
    }
}
