using Shouldly;
using TorchSharp;
using Xunit;

namespace VitNotebooks.Torch.Tests;

/// <summary>Names of dimensions.</summary>
public class NamesTests
{
    [Fact]
    public void Names_GivenToAFactory_AreTheTensors()
    {
        using var scope = torch.NewDisposeScope();
        var named = torch.zeros(2, 3, names: ["N", "C"]);
        named.names.ShouldBe(["N", "C"]);
        named.has_names().ShouldBeTrue();
        torch.zeros(2, 3).has_names().ShouldBeFalse();
        torch.zeros(2, 3).names.ShouldBe([null, null]);
    }

    [Fact]
    public void Rename_OutOfPlaceAndInPlace_ChangesAndDropsNames()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.ones(2, 3);
        var named = tensor.rename(["N", null]);
        named.names.ShouldBe(["N", null]);
        tensor.has_names().ShouldBeFalse();
        tensor.rename_(["A", "B"]).ShouldBeSameAs(tensor);
        tensor.names.ShouldBe(["A", "B"]);
        tensor.rename(null).has_names().ShouldBeFalse();
    }

    [Fact]
    public void AlignAndRefine_ByName_PutDimensionsInPlace()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.zeros(2, 3, 4).refine_names("N", "...", "W");
        tensor.names.ShouldBe(["N", null, "W"]);
        var image = torch.zeros(2, 3, 4, names: ["H", "W", "C"]);
        image.align_to("C", "...").shape.ShouldBe([4, 2, 3]);
        image.align_to("N", "C", "H", "W").shape.ShouldBe([1, 4, 2, 3]);
        torch.zeros(4, names: ["C"]).align_as(image).shape.ShouldBe([1, 1, 4]);
    }

    [Fact]
    public void FlattenAndUnflatten_ByName_AreInverse()
    {
        using var scope = torch.NewDisposeScope();
        var image = torch.arange(24).reshape(2, 3, 4).rename(["N", "H", "W"]);
        var flat = image.flatten(["H", "W"], "pixels");
        flat.names.ShouldBe(["N", "pixels"]);
        var back = flat.unflatten("pixels", ("H", 3), ("W", 4));
        back.names.ShouldBe(["N", "H", "W"]);
        back.rename(null).Equals(image.rename(null)).ShouldBeTrue();
    }

    [Fact]
    public void Rename_WrongNumberOrWord_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Should.Throw<TorchException>(() => torch.ones(2, 3).rename(["N"]));
        Should.Throw<ArgumentException>(() => torch.ones(2).rename(["a,b"])).Message.ShouldContain("identifier");
        Should.Throw<TorchException>(() => torch.ones(2).rename(["not a word"]));
    }
}
