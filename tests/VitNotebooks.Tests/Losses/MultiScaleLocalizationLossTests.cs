using Shouldly;
using TorchSharp;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Losses;

public sealed class MultiScaleLocalizationLossTests(ITestOutputHelper output)
{
    private static readonly RelativeLocalizationOptions All = RelativeLocalizationOptions.Compat with
    {
        Scales = LocalizationScales.All,
    };

    private static VisionModel Build(string name, RelativeLocalizationOptions options) =>
        VisionModels.FromConfig(VisionModels.ConfigOf(name) with { Losses = [options] });

    [Fact]
    public void Build_SwinTiny_HasTheNamesShapesAndParametersOfTheAuthorsCode()
    {
        using var scope = NewDisposeScope();
        using var model = Build("swin_tiny_patch4_window7_224", All);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("swin_tiny_patch4_window7_224.multiscale"));
        model.parameters().Sum(p => p.numel()).ShouldBe(31_507_818);
        model
            .Config.Scales()
            .ShouldBe([new MapShape(192, 28), new MapShape(384, 14), new MapShape(768, 7), new MapShape(768, 7)]);
    }

    [Theory]
    [InlineData("swin_tiny_patch4_window7_224")]
    [InlineData("swin_mini_patch2_window4_32")]
    public void Forward_OfTheAuthorsCode_IsOurs(string name)
    {
        using var scope = NewDisposeScope();
        var swin = (SwinConfig)VisionModels.ConfigOf(name);
        using var model = VisionModels.FromConfig(swin with { Classes = 10, DropPath = 0, Losses = [All] });
        var loss = model.auxiliary_losses.Single().ShouldBeOfType<MultiScaleLocalizationLoss>();
        // What stands for the logits are the losses of the scales.
        var found = Original
            .Read($"{name}.multiscale")
            .Compare(model, tolerance: 2e-5, forward: images => OfScales(loss, model.forward_features(images)));
        output.WriteLine(found.ToString());

        using var quiet = no_grad();
        var features = model.forward_features(randn(2, 3, swin.ImageSize, swin.ImageSize));
        var total = loss.forward(features, new Generator().manual_seed(11));
        total.ToSingle().ShouldBe(OfScales(loss, features).sum().ToSingle(), 1e-5f);
    }

    // The pairs that drloc_swin.py draws.
    private static Tensor OfScales(MultiScaleLocalizationLoss loss, Features features)
    {
        using var generator = new Generator().manual_seed(11);
        return stack(loss.Heads.Zip(features.Scales, (head, scale) => head.On(scale.Map, generator)));
    }

    [Fact]
    public void Features_OfSwin_HaveTheMapsBehindTheMerging()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = VisionModels.Create("swin_mini_patch2_window4_32");
        model.eval();
        using var features = model.forward_features(randn(2, 3, 32, 32));
        features.Scales.Select(map => (map.Name, map.Stride)).ShouldBe([("layers.0.downsample", 4), ("layers.1", 4)]);
        features.Scales[^1].Map.ShouldBeSameAs(features.Last.Map);
        features.OwnedTensors.Count().ShouldBe(4); // two maps, one between them, and what is classified
        // Between the stages stands what the second one takes in: it gives the last map again.
        var stage = model.named_modules().Single(m => m.name == "layers.1").module;
        var again = ((nn.Module<Tensor, Tensor>)stage).call(features.Scales[0].Map.permute(0, 2, 3, 1).contiguous());
        again.permute(0, 3, 1, 2).allclose(features.Last.Map, 1e-5, 1e-6).ShouldBeTrue();
    }

    [Theory]
    [InlineData("swin_mini_patch2_window4_32", "drloc.1.layers.4.bias")]
    [InlineData("cvt_mini_32", "drloc.2.layers.4.bias")]
    [InlineData("cvt_mini.drloc_32", "drloc.2.layers.4.bias")]
    [InlineData("resnet_mini_32", "drloc.2.layers.4.bias")]
    [InlineData("wrn_mini_32", "drloc.2.layers.4.bias")]
    [InlineData("t2t_vit_mini_32", "drloc.2.layers.4.bias")]
    public void Backward_EveryFamilyWithStages_ReachesEveryHeadAndTheStem(string name, string last)
    {
        using var scope = NewDisposeScope();
        using var model = Build(name, All);
        var features = model.forward_features(randn(2, 3, 32, 32));
        features
            .Scales.Select(scale => new MapShape((int)scale.Map.shape[1], (int)scale.Map.shape[2]))
            .ShouldBe(model.Config.Scales());
        var loss = model.auxiliary_losses.Single().forward(features, null);
        loss.backward();
        var heads = model
            .named_parameters()
            .Where(p => p.Item1.StartsWith("drloc.", StringComparison.Ordinal))
            .ToArray();
        heads[^1].Item1.ShouldBe(last);
        foreach (var (parameter, value) in heads.Append(model.named_parameters().First()))
        {
            value.grad.ShouldNotBeNull(parameter);
            value.grad.isfinite().all().ToBoolean().ShouldBeTrue(parameter);
            value.grad.abs().max().ToSingle().ShouldBeGreaterThan(0, parameter);
        }
    }

    [Fact]
    public void Build_AModelWithOneMap_IsRefusedWithASentence()
    {
        var builder = VisionModels.Vit().Mini().WithRelativeLocalization(l => l.Scales(LocalizationScales.All));
        Should
            .Throw<ModelConfigException>(() => builder.Build())
            .Message.ShouldBe(
                "ViT: localization on all scales needs a model with several, and this one has one map of side 8; "
                    + "leave Scales at Last, or take a Swin, a CvT or a ResNet."
            );
    }

    [Fact]
    public void Forward_FeaturesOfAnotherModel_AreRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using var loss = new MultiScaleLocalizationLoss(All, [new(4, 14), new(8, 7)]);
        var map = zeros(2, 4, 14, 14);
        Should
            .Throw<ArgumentException>(() => loss.forward(new Features([new("map", map, 16)], map), null))
            .Message.ShouldStartWith(
                "Relative localization: 1 scales do not fit; this loss was built for 2, of sides 14, 7."
            );
    }

    [Fact]
    public void Json_OfOptions_NamesTheScalesOnlyWhereTheyAreAll()
    {
        var last = VisionModels.Swin().Mini().WithRelativeLocalization().Config;
        var all = VisionModels.Swin().Mini().WithRelativeLocalization(l => l.Scales(LocalizationScales.All)).Config;
        last.ToJson().ShouldNotContain("scales"); // fingerprints of stored runs stay
        all.ToJson().ShouldContain("\"scales\": \"all\"");
        ModelConfig.FromJson(all.ToJson()).ShouldBe(all);
        All.Form.ShouldBe(LocalizationForm.Compat);
        (RelativeLocalizationOptions.Fixed with { Scales = LocalizationScales.All }).Form.ShouldBeNull();
        new RelativeLocalizationBuilder()
            .Scales(LocalizationScales.All)
            .Fixed()
            .Options.Scales.ShouldBe(LocalizationScales.All);
    }

    [Fact]
    public void Summary_OfAllScales_CountsEveryHead()
    {
        using var scope = NewDisposeScope();
        using var model = Build("swin_mini_patch2_window4_32", All);
        var loss = model.summary().Children.Single(child => child.Path == "drloc");
        loss.Children.Select(child => child.Path).ShouldBe(["drloc.0", "drloc.1"]);
        loss.Macs.ShouldBe(2 * 64 * (128 * 512 + 512 * 512 + 512 * 2));
    }
}
