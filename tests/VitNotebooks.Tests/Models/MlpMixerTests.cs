using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class MlpMixerTests(ITestOutputHelper output)
{
    // Counted with timm.
    [Theory]
    [InlineData("mixer_s16_224", 18_528_264)]
    [InlineData("mixer_s32_224", 19_104_624)]
    [InlineData("mixer_b16_224", 59_880_472)]
    [InlineData("mixer_b32_224", 60_293_428)]
    public void Build_EveryVariant_HasTimmsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
    }

    [Theory]
    [InlineData("mixer_s16_224", 224, 8)]
    [InlineData("mixer_s16_96-depth2", 96, 2)]
    public void Forward_OfTimmsCode_IsOurs(string values, int size, int depth)
    {
        using var model = VisionModels.Mixer().ImageSize(size).Depth(depth).Classes(10).Build();
        output.WriteLine($"{values}: {Original.Read(values).Compare(model)}");
    }

    [Fact]
    public void DecayGroups_Intended_DecaysAllButVectors()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Mixer().Mini().Build();
        var groups = DecayGroups.Of(model, DecayGrouping.Intended);
        groups.Undecayed.ShouldAllBe(p => p.Parameter.shape.Length == 1);
        groups.Undecayed.Count.ShouldBe(68); // counted with timm for 8 blocks
        model.layers().Count.ShouldBe(10);
    }

    [Fact]
    public void ResetClassifier_OtherClasses_StartsAtZero()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Mixer().Mini().Build();
        model.reset_classifier(7);
        model.get_parameter("head.weight")!.Equals(zeros(7, 64)).ShouldBeTrue();
        model.get_parameter("head.bias")!.Equals(zeros(7)).ShouldBeTrue();
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        Should
            .Throw<ModelConfigException>(() => VisionModels.Mixer().MlpRatios(0, 65).Depth(0).Build())
            .Faults.ShouldBe([
                "Mixer: depth 0 is not in 1..256; nearest: 1.",
                "Mixer: MLP ratio 0 is not in (0, 64] with a hidden width of at least 1; usual: 4.",
                "Mixer: MLP ratio 65 is not in (0, 64] with a hidden width of at least 1; usual: 4.",
            ]);
        Should
            .Throw<ModelConfigException>(() => VisionModels.Mixer().ImageSize(225).Build())
            .Message.ShouldBe("Mixer: image 225 is not a multiple of patch 16; nearest: 224, 240.");
    }
}
