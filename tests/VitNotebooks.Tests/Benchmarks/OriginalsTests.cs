using System.Text.Json;
using Shouldly;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Benchmarks;

/// <summary>The race of the families: neither side has less to do.</summary>
public sealed class OriginalsTests
{
    [Fact]
    public void Drops_OfEachFamily_AreThoseOfOurModelByDefault()
    {
        using var theirs = PythonOracle.RunJson(
            "../../benchmarks/python/originals.py",
            TimeSpan.FromSeconds(60),
            "drops"
        );
        var compared = 0;
        foreach (var family in theirs.RootElement.EnumerateObject())
        {
            using var ours = JsonDocument.Parse(VisionModels.ConfigOf(family.Name).ToJson());
            var known = family.Value.ValueKind == JsonValueKind.Object;
            foreach (var (mine, other) in new[] { ("DropPath", "drop_path_rate"), ("Dropout", "dropout") })
            {
                var rate = Rate(ours.RootElement, mine);
                if (known)
                {
                    rate.ShouldBe(Rate(family.Value, other), $"{family.Name}: {mine}");
                    compared++;
                }
            }
            if (!known)
            {
                Rate(ours.RootElement, "DropPath").ShouldBe(0.1, family.Name);
            }
        }
        compared.ShouldBeGreaterThan(20);
    }

    // A rate that a family does not have is one of nothing.
    private static double Rate(JsonElement settings, string name)
    {
        foreach (var setting in settings.EnumerateObject())
        {
            if (string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return setting.Value.GetDouble();
            }
        }
        return 0;
    }
}
