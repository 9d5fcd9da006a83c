using Shouldly;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Torch.Tests.Oracles;

public sealed class CheckedInValuesTests
{
    [Fact]
    public void Absence_OfAVersionWithoutValues_SaysHowToMakeThem()
    {
        var absence = CheckedInValues.AbsenceOf(new(9, 3));
        absence.ShouldNotBeNull();
        absence.ShouldContain("libtorch 9.3");
        absence.ShouldContain("record_values.py > tests/oracles/values/libtorch-9.3.json");
        CheckedInValues.AbsenceOf(new(1, 13)).ShouldBeNull();
        CheckedInValues.AbsenceOf(new(2, 6)).ShouldBeNull();
    }

    [Theory]
    [InlineData("1.12.1", "1.13")]
    [InlineData("1.13.0a0", "1.13")]
    [InlineData("2.0.1", "1.13")]
    [InlineData("2.5.0", "2.6")]
    [InlineData("2.6.0+cpu", "2.6")]
    [InlineData("2.11.0a0+git", "2.6")]
    public void Nearest_OfAnyVersion_IsTheOneFewestReleasesAway(string version, string nearest) =>
        CheckedInValues.NearestOf(CheckedInValues.Version(version)).ShouldBe(new Version(nearest));

    // What is compared by Nearest rests on this: these numbers do not depend on the version, but for rounding.
    [Fact]
    public void Numbers_OfAllVersions_AreTheSameButForRounding()
    {
        CheckedInValues.Versions.Count.ShouldBeGreaterThan(1);
        foreach (var version in CheckedInValues.Versions)
        {
            foreach (var loss in CheckedInValues.Read(new(1, 13), "localization").EnumerateObject())
            {
                CheckedInValues
                    .Read(version, "localization")
                    .GetProperty(loss.Name)
                    .GetSingle()
                    .ShouldBe(loss.Value.GetSingle(), 1e-5f, $"{loss.Name} of {version}");
            }

            foreach (var model in CheckedInValues.Read(new(1, 13), "logits").EnumerateObject())
            {
                var logits = CheckedInValues.Read(version, "logits").GetProperty(model.Name);
                logits.GetArrayLength().ShouldBe(8);
                for (var i = 0; i < 8; i++)
                {
                    logits[i].GetSingle().ShouldBe(model.Value[i].GetSingle(), 1e-4f, $"{model.Name} of {version}");
                }
            }
            CheckedInValues.Read(version, "random").EnumerateObject().Count().ShouldBeGreaterThan(100);
        }
    }
}
