using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(TransformOracleCollection.Name)]
public sealed class TorchRandomTests(TransformOracle oracle)
{
    [Fact]
    public void Draws_AfterManualSeed_AreBitForBitPythons()
    {
        var cases = 0;
        foreach (var draw in oracle.Cases("draws"))
        {
            var random = new TorchRandom(draw.GetProperty("seed").GetInt64());
            Expect(draw, "uniform", e => e.GetDouble(), () => random.Uniform());
            Expect(draw, "range", e => e.GetDouble(), () => random.Uniform(0.08, 1.0));
            Expect(draw, "double", e => e.GetDouble(), () => random.UniformDouble(-2, 3));
            Expect(draw, "integers", e => e.GetInt64(), () => random.RandInt(-5, 1000));
            Expect(draw, "large", e => e.GetInt64(), () => random.RandInt(0, 1L << 40));
            random
                .RandPerm(1000)
                .ShouldBe(draw.GetProperty("perm").EnumerateArray().Select(e => e.GetInt32()).ToArray());
            cases++;
        }
        cases.ShouldBe(7);
    }

    [Fact]
    public void Exp_OverMinusOneToOne_IsBitForBitLibtorchs()
    {
        var exp = oracle.Manifest.GetProperty("exp");
        oracle.Floats(exp, "input").Select(TorchRandom.Exp).ShouldBe(oracle.Floats(exp));
    }

    [Fact]
    public void ManualSeed_OnAUsedGenerator_StartsAgain()
    {
        var random = new TorchRandom(5);
        uint[] first = [.. Enumerable.Range(0, 2000).Select(_ => random.NextUInt32())];
        random.ManualSeed(5);
        Enumerable.Range(0, 2000).Select(_ => random.NextUInt32()).ShouldBe(first);
    }

    [Fact]
    public void Draws_MixedWithSeedings_AreThoseOfAFreshGenerator()
    {
        var used = new TorchRandom(1);
        for (var round = 0; round < 200; round++)
        {
            // Of any length, beyond the 624 words of the state too, so that no word is left over from the seed before.
            var draws = round * 7;
            used.ManualSeed(round);
            var fresh = new TorchRandom(round);
            for (var i = 0; i < draws; i++)
            {
                used.NextUInt32().ShouldBe(fresh.NextUInt32());
            }
        }
    }

    [Fact]
    public void Mix_OfNeighbouringCoordinates_SpreadsItsLow32Bits()
    {
        var seen = new HashSet<uint>();
        for (long seed = 0; seed < 30; seed++)
        {
            for (long epoch = 0; epoch < 30; epoch++)
            {
                for (long sample = -1; sample < 29; sample++)
                {
                    seen.Add((uint)TorchRandom.Mix(seed, epoch, sample));
                }
            }
        }
        // Of 27,000 random values of 32 bits a pair is equal with probability 0.08; four pairs never are.
        seen.Count.ShouldBeGreaterThan(27_000 - 4);
    }

    [Fact]
    public void RandInt_EmptyRange_ThrowsASentence() =>
        Should
            .Throw<ArgumentOutOfRangeException>(() => new TorchRandom(0).RandInt(3, 3))
            .Message.ShouldContain("[3, 3) is empty");

    [Fact]
    public void Beta_ManyDraws_HasItsMeanAndSpread()
    {
        foreach (var a in new[] { 0.2, 0.8, 1, 4 })
        {
            var random = new TorchRandom(11);
            double[] values = [.. Enumerable.Range(0, 8000).Select(_ => random.Beta(a))];
            values.ShouldAllBe(v => v >= 0 && v <= 1);
            values.Average().ShouldBe(0.5, 0.02);
            values.Average(v => (v - 0.5) * (v - 0.5)).ShouldBe(1 / (4 * ((2 * a) + 1)), 0.006);
        }
    }

    private static void Expect<T>(JsonElement draw, string name, Func<JsonElement, T> read, Func<T> next)
    {
        T[] expected = [.. draw.GetProperty(name).EnumerateArray().Select(read)];
        expected.Select(_ => next()).ToArray().ShouldBe(expected, $"seed {draw.GetProperty("seed")}, {name}");
    }
}
