using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(AugmentationOracleCollection.Name)]
public sealed class TorchRandomNormalTests(AugmentationOracle oracle)
{
    [Fact]
    public void FillNormal_AndNormal_AreTorchs()
    {
        foreach (var c in oracle.Cases("normal"))
        {
            var random = new TorchRandom(c.GetProperty("seed").GetInt64());
            float[] expected = [.. c.GetProperty("values").EnumerateArray().Select(e => e.GetSingle())];
            var values = new float[expected.Length];
            random.FillNormal(values);
            values.ShouldBe(expected, 2e-6);
            foreach (var number in c.GetProperty("doubles").EnumerateArray())
            {
                random.Normal().ShouldBe(number.GetDouble(), 1e-13);
            }
            random.RandInt(0, 1 << 30).ShouldBe(c.GetProperty("next").GetInt64(), $"{expected.Length} numbers");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(227)]
    [InlineData(624)]
    [InlineData(5000)]
    public void FillUniform_FromAnyPlaceOfTheState_IsUniformOneByOne(int count)
    {
        for (var drawn = 0; drawn < 700; drawn += 23)
        {
            var together = new TorchRandom(drawn);
            var alone = new TorchRandom(drawn);
            for (var i = 0; i < drawn; i++)
            {
                together.NextUInt32();
                alone.NextUInt32();
            }
            var values = new float[count];
            together.FillUniform(values);
            values.ShouldBe(Enumerable.Range(0, count).Select(_ => alone.Uniform()));
            together.NextUInt64().ShouldBe(alone.NextUInt64());
        }
    }

    [Fact]
    public void Dirichlet_OfManyShapes_IsTorchs()
    {
        foreach (var c in oracle.Cases("dirichlet"))
        {
            var random = new TorchRandom(c.GetProperty("seed").GetInt64());
            foreach (var row in c.GetProperty("shares").EnumerateArray())
            {
                var shares = new float[row.GetArrayLength()];
                random.Dirichlet(c.GetProperty("alpha").GetDouble(), shares);
                shares.ShouldBe(row.EnumerateArray().Select(e => e.GetSingle()));
            }
            random.RandInt(0, 1 << 30).ShouldBe(c.GetProperty("next").GetInt64());
        }
    }
}
