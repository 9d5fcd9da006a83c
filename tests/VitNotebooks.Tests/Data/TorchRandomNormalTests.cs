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
        foreach (JsonElement c in oracle.Cases("normal"))
        {
            var random = new TorchRandom(c.GetProperty("seed").GetInt64());
            float[] expected = [.. c.GetProperty("values").EnumerateArray().Select(e => e.GetSingle())];
            float[] values = new float[expected.Length];
            random.FillNormal(values);
            values.ShouldBe(expected, 2e-6);
            foreach (JsonElement number in c.GetProperty("doubles").EnumerateArray())
            {
                random.Normal().ShouldBe(number.GetDouble(), 1e-13);
            }
            random.RandInt(0, 1 << 30).ShouldBe(c.GetProperty("next").GetInt64(), $"{expected.Length} numbers");
        }
    }

    [Fact]
    public void Dirichlet_OfManyShapes_IsTorchs()
    {
        foreach (JsonElement c in oracle.Cases("dirichlet"))
        {
            var random = new TorchRandom(c.GetProperty("seed").GetInt64());
            foreach (JsonElement row in c.GetProperty("shares").EnumerateArray())
            {
                float[] shares = new float[row.GetArrayLength()];
                random.Dirichlet(c.GetProperty("alpha").GetDouble(), shares);
                shares.ShouldBe(row.EnumerateArray().Select(e => e.GetSingle()));
            }
            random.RandInt(0, 1 << 30).ShouldBe(c.GetProperty("next").GetInt64());
        }
    }
}
