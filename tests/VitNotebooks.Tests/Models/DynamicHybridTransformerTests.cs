using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class DynamicHybridTransformerTests(ITestOutputHelper output)
{
    // Counted with the authors' code.
    [Theory]
    [InlineData("dhvt_tiny_cifar_patch4", 6_008_650)]
    [InlineData("dhvt_tiny_cifar_patch2", 5_845_162)]
    [InlineData("dhvt_small_cifar_patch4", 23_425_450)]
    [InlineData("dhvt_small_cifar_patch2", 22_766_698)]
    [InlineData("dhvt_tiny_domain_patch16", 6_105_975)]
    [InlineData("dhvt_small_domain_patch16", 23_788_431)]
    [InlineData("dhvt_tiny_imagenet_patch16", 6_267_334)]
    [InlineData("dhvt_small_imagenet_patch16", 24_040_606)]
    public void Build_EveryVariant_HasTheAuthorsNamesShapesAndParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
        if (OfficialNames.Has(name))
        {
            OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
        }
    }

    [Theory]
    [InlineData("dhvt_tiny_cifar_patch4", "dhvt_tiny_cifar_patch4", 32, 12)]
    [InlineData("dhvt_small_cifar_patch2-32-depth2", "dhvt_small_cifar_patch2", 32, 2)]
    [InlineData("dhvt_tiny_imagenet_patch16-112-depth2", "dhvt_tiny_imagenet_patch16", 112, 2)]
    [InlineData("dhvt_tiny_imagenet_patch16-64-depth2", "dhvt_tiny_imagenet_patch16", 64, 2)]
    public void Forward_OfTheAuthorsCode_IsOurs(string values, string name, int size, int depth)
    {
        var config = (DhvtConfig)VisionModels.ConfigOf(name);
        using var model = (config with { ImageSize = size, Classes = 10, Depth = depth, DropPath = 0 }).Build();
        output.WriteLine($"{values}: {Original.Read(values).Compare(model, least: 1e-3)}");
    }

    [Fact]
    public void DecayGroups_Intended_ExemptsTheClassTokenAlone()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("dhvt_tiny_cifar_patch4");
        var groups = DecayGroups.Of(model, DecayGrouping.Intended);
        groups.Undecayed.Where(p => p.Parameter.shape.Length > 1).Select(p => p.Name).ShouldBe(["cls_token"]);
        groups.Undecayed.Count.ShouldBe(248); // counted with the authors' code
        var decayed = groups.Decayed.Select(p => p.Name).ToList();
        decayed.ShouldContain("blocks.0.attn.pos_embed");
        decayed.ShouldContain("patch_embed.pre_affine.alpha");
        decayed.ShouldContain("patch_embed.post_affine.beta");
    }

    [Fact]
    public void Features_Attention_HasATokenMoreForEveryHead()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Dhvt().Mini().Build();
        model.eval();
        var features = model.forward_features(randn(2, 3, 32, 32), FeatureRequest.Attention);
        features.Attention.Count.ShouldBe(4);
        features.Attention[0].Weights.shape.ShouldBe([2, 4, 69, 69]);
        features.ClassToken!.shape.ShouldBe([2, 64]);
    }

    [Fact]
    public void ResetClassifier_OtherClasses_KeepsTheBackbone()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Dhvt().Mini().Build();
        model.reset_classifier(7);
        model.get_parameter("head.weight")!.shape.ShouldBe([7, 64]);
        model.get_parameter("head.weight")!.std().ToSingle().ShouldBeInRange(0.017f, 0.023f);
    }

    [Fact]
    public void Config_ShapesOfTheAuthors_HaveTheirNames()
    {
        VisionModels.Dhvt().Small().PatchSize(2).Config.Name.ShouldBe("dhvt_small_cifar_patch2");
        var large = VisionModels.Dhvt().Small().PatchSize(16).Heads(6).ImageSize(224);
        large.Classes(1000).Config.Name.ShouldBe("dhvt_small_imagenet_patch16");
        large.Classes(345).Config.Name.ShouldBe("dhvt_small_domain_patch16");
        large.Depth(3).Config.Name.ShouldBe("dhvt_custom_patch16_224");
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        Should
            .Throw<ModelConfigException>(() => VisionModels.Dhvt().PatchSize(5).DropPath(-1).Build())
            .Faults.ShouldBe([
                "DHVT: patch 5 is not 2, 4, 8 or 16; nearest: 4.",
                "DHVT: drop path -1 is not in [0, 1); nearest: 0.",
            ]);
        Should
            .Throw<ModelConfigException>(() =>
                VisionModels.Dhvt().PatchSize(16).EmbedDim(100).Heads(3).ImageSize(40).Build()
            )
            .Faults.ShouldBe([
                "DHVT: image 40 is not a multiple of patch 16; nearest: 32, 48.",
                "DHVT: width 100 is not a multiple of 3 heads; nearest: 2, 4 heads.",
                "DHVT: width 100 is not a multiple of 8, by which the stem of patch 16 divides it; nearest: 96, 104.",
            ]);
    }
}
