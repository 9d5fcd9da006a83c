using Shouldly;
using TorchSharp;
using TorchSharpApi;
using Xunit;

namespace VitNotebooks.Torch.Tests.Api;

/// <summary>The comparison that eng/check-provider.sh makes of VitNotebooks.Acceleration in both builds.</summary>
public class NamespaceSurfaceTests
{
    private const string Sides = "VitNotebooks.Torch.Tests.Api.Surfaces";

    private static NamespaceSurface Side(string name) => new(typeof(NamespaceSurfaceTests).Assembly, $"{Sides}.{name}");

    [Fact]
    public void Differences_OfASurfaceAndItself_AreNone()
    {
        var acceleration = new NamespaceSurface(typeof(torch).Assembly, "VitNotebooks.Acceleration");
        acceleration.Count.ShouldBeGreaterThan(25);
        acceleration.Differences("one", acceleration, "other").ShouldBeEmpty();
    }

    [Fact]
    public void Differences_OfTwoSides_NameEveryMember() =>
        Side("Here")
            .Differences("here", Side("There"), "there")
            .ShouldBe([
                "OnOneSide, static class: only in here",
                "Seam, sealed class : IDisposable: only in here",
                "Seam, (int, int) Named() (Low, High): only in here",
                "Seam, T Constrained<T>(T value) where T : ReferenceTypeConstraint: only in here",
                "Seam, int Renamed(int first): only in here",
                "Seam, string Refusal { get; }, null at times: only in here",
                "Seam, sealed class: only in there",
                "Seam, (int, int) Named() (Low, Top): only in there",
                "Seam, T Constrained<T>(T value): only in there",
                "Seam, int Renamed(int other): only in there",
                "Seam, string Refusal { get; }: only in there",
            ]);
}
