using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>The contract that every registered model keeps; the small members stand for their families.</summary>
public sealed class RegisteredModelsTests
{
    public static TheoryData<string> Small => [.. VisionModels.List("*_32")];

    public static TheoryData<string> All => [.. VisionModels.List()];

    private static VisionModel Build(string name, bool localized)
    {
        var config = VisionModels.ConfigOf(name);
        return VisionModels.FromConfig(config with { Localization = localized ? new() : null });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Config_EveryName_IsValidAndItsOwn(string name)
    {
        var config = VisionModels.ConfigOf(name);
        config.Name.ShouldBe(name);
        config.Faults().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Backward_TotalLoss_ReachesEveryParameter(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        model.train();
        manual_seed(3);
        var features = model.forward_features(randn(4, 3, 32, 32));
        var logits = model.forward_head(features);
        var auxiliary = model.auxiliary_losses.Single();
        var loss =
            nn.functional.cross_entropy(logits, tensor(new long[] { 0, 1, 2, 3 })) + auxiliary.forward(features, null);
        loss.backward();
        foreach (var (parameter, value) in model.named_parameters())
        {
            value.grad.ShouldNotBeNull(parameter);
            value.grad!.isfinite().all().ToBoolean().ShouldBeTrue(parameter);
            value.grad.abs().max().ToSingle().ShouldBeGreaterThan(0, parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Features_ABatch_HaveTheShapesAndStridesTheySay(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: false);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var features = model.forward_features(images);
        foreach (var map in features.Maps)
        {
            map.Map.shape.Length.ShouldBe(4);
            map.Map.shape[2].ShouldBe(32 / map.Stride, map.Name);
            map.Map.shape[3].ShouldBe(32 / map.Stride, map.Name);
        }
        features.Last.Map.shape[2].ShouldBeGreaterThanOrEqualTo(7);
        features.Last.Map.shape[2].ShouldBe(model.Config.LastMapSide);
        features.Final.shape.ShouldBe([2, features.Last.Map.shape[1]]);
        model.forward_head(features).Equals(model.call(images)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Eval_TheSameImages_GiveTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        model.eval();
        var images = randn(2, 3, 32, 32);
        var first = model.call(images);
        var second = model.call(images);
        first.Equals(second).ShouldBeTrue();
        first.isfinite().all().ToBoolean().ShouldBeTrue();
        model.train();
        model.call(images).Equals(first).ShouldBeFalse(); // drop path
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void LoadWeights_ItsOwnStateDict_GivesTheSameLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        using var other = Build(name, localized: true);
        model.eval();
        other.eval();
        var images = randn(2, 3, 32, 32);
        other.call(images).Equals(model.call(images)).ShouldBeFalse();
        other.LoadWeights(model.state_dict());
        other.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Forward_WithAndWithoutGradients_LeavesOnlyItsResult(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: true);
        var images = randn(2, 3, 32, 32);
        using var inner = NewDisposeScope();
        using var logits = model.call(images);
        inner.DisposablesCount.ShouldBe(1);
        using var features = model.forward_features(images);
        var tensors = features.Maps.Count + 1 + (features.ClassToken is null ? 0 : 1);
        inner.DisposablesCount.ShouldBe(1 + tensors);
        using var loss = model.auxiliary_losses[0].forward(features, null);
        inner.DisposablesCount.ShouldBe(2 + tensors);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Summary_SmallMembers_AreTrainableInMinutes(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, localized: false);
        var summary = model.summary();
        ((double)summary.Macs).ShouldBeInRange(10e6, 25e6);
        summary.Children.Sum(c => c.Parameters).ShouldBeLessThanOrEqualTo(summary.Parameters);
        summary.Macs.ShouldBe(summary.Children.Sum(c => c.Macs));
        summary.ToString().ShouldContain("head");
    }
}
