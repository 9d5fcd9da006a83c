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
        using JsonDocument theirs = PythonOracle.RunJson(
            "../../benchmarks/python/originals.py",
            TimeSpan.FromSeconds(60),
            "drops"
        );
        int compared = 0;
        foreach (JsonProperty family in theirs.RootElement.EnumerateObject())
        {
            using JsonDocument ours = JsonDocument.Parse(VisionModels.ConfigOf(family.Name).ToJson());
            bool known = family.Value.ValueKind == JsonValueKind.Object;
            foreach ((string mine, string other) in new[] { ("DropPath", "drop_path_rate"), ("Dropout", "dropout") })
            {
                double rate = Rate(ours.RootElement, mine);
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
        foreach (JsonProperty setting in settings.EnumerateObject())
        {
            if (string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return setting.Value.GetDouble();
            }
        }
        return 0;
    }
}
