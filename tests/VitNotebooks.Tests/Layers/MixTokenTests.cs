using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class MixTokenTests
{
    [Fact]
    public void Of_SharesAndCentres_AreTheAuthorsBoxes()
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", "mix_token.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var boxes = document.RootElement.GetProperty("boxes").EnumerateArray().ToArray();
        boxes.Length.ShouldBe(128);
        foreach (var box in boxes)
        {
            var n = box.EnumerateArray().Select(number => number.GetDouble()).ToArray();
            var (rows, columns) = ((int)n[0], (int)n[1]);
            MixToken
                .Of(rows, columns, n[2], (int)n[3], (int)n[4])
                .ShouldBe(new MixToken(rows, columns, (int)n[5], (int)n[7], (int)n[6], (int)n[8]), box.ToString());
        }
    }

    [Fact]
    public void Apply_Twice_GivesTheMapBack()
    {
        using var scope = NewDisposeScope();
        var map = arange(3 * 2 * 4 * 5, dtype: float32).view(3, 2, 4, 5);
        var mix = new MixToken(4, 5, 1, 3, 2, 5);
        var mixed = mix.Apply(map, 2);
        mixed[0, 1, 2, 4].ToSingle().ShouldBe(map[2, 1, 2, 4].ToSingle());
        mixed[0, 1, 0, 4].ToSingle().ShouldBe(map[0, 1, 0, 4].ToSingle());
        mixed[1].Equals(map[1]).ShouldBeTrue("the middle image of three is its own partner");
        mix.Apply(mixed, 2).Equals(map).ShouldBeTrue();
        mix.Apply(map.permute(0, 2, 3, 1), 1).permute(0, 3, 1, 2).Equals(mixed).ShouldBeTrue();
        using var inner = NewDisposeScope();
        mix.Apply(map, 2);
        inner.DisposablesCount.ShouldBe(1);
    }

    [Fact]
    public void Targets_OfAMixedBatch_AreMixedByWhatTheBoxCovers()
    {
        using var scope = NewDisposeScope();
        var mix = new MixToken(4, 5, 1, 3, 2, 5);
        mix.Share.ShouldBe(0.7, 1e-12);
        var targets = mix.Targets(eye(2));
        targets[0, 0].ToDouble().ShouldBe(0.7, 1e-6);
        targets[0, 1].ToDouble().ShouldBe(0.3, 1e-6);
        new MixToken(4, 5, 2, 2, 0, 5).Share.ShouldBe(1);
    }

    [Fact]
    public void Draw_ManyBoxes_CoverWhatTheirSharesLeave()
    {
        using var generator = new Generator(3, CPU);
        var shares = Enumerable.Range(0, 4000).Select(_ => MixToken.Draw(14, 14, generator).Share).ToArray();
        shares.Min().ShouldBeGreaterThanOrEqualTo(0);
        shares.Max().ShouldBe(1);
        // Half before the border cuts the boxes; the formula's own mean over all centres, on this grid.
        var expected = Enumerable
            .Range(0, 1000)
            .SelectMany(s =>
                Enumerable
                    .Range(0, 14)
                    .SelectMany(r =>
                        Enumerable.Range(0, 14).Select(c => MixToken.Of(14, 14, (s + 0.5) / 1000, r, c).Share)
                    )
            )
            .Average();
        shares.Average().ShouldBe(expected, 0.015);
    }
}
