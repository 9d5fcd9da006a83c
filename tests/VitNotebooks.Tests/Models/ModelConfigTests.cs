using System.Text.Json;
using Shouldly;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using Xunit;

namespace VitNotebooks.Tests.Models;

public sealed class ModelConfigTests
{
    private static readonly ModelConfig[] Configs =
    [
        VisionModels.Swin().Tiny().Classes(10).WithRelativeLocalization(l => l.Weight(0.1).Pairs(32)).Config,
        VisionModels.Swin().Mini().DropPath(0).Named("mine").Config,
        VisionModels.Vit().Small().Pooling(VitPooling.Average).WithRelativeLocalization(l => l.Fixed()).Config,
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Configs.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Json_RoundTrip_GivesAnEqualRecordWithTheSameFingerprint(int index)
    {
        var config = Configs[index];
        var back = ModelConfig.FromJson(config.ToJson());
        back.ShouldBe(config);
        back.GetHashCode().ShouldBe(config.GetHashCode());
        back.Fingerprint().ShouldBe(config.Fingerprint());
        back.ToString().ShouldBe(config.ToString());
    }

    [Fact]
    public void Json_TheBaseType_NamesTheFamilyAndPlainNumbers()
    {
        using var json = JsonDocument.Parse(Configs[0].ToJson());
        json.RootElement.GetProperty("family").GetString().ShouldBe("swin");
        json.RootElement.GetProperty("depths").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([2, 2, 6, 2]);
        var loss = json.RootElement.GetProperty("losses").EnumerateArray().ShouldHaveSingleItem();
        loss.GetProperty("loss").GetString().ShouldBe("drloc");
        loss.GetProperty("target").GetString().ShouldBe("cells");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"family\":\"nobody\"}")]
    [InlineData("{\"family\":\"vit\",\"name\":\"x\",\"imageSize\":32,\"channels\":3,\"classes\":10,\"colour\":1}")]
    [InlineData("not json")]
    public void FromJson_WhatIsNoConfiguration_IsRefused(string text)
    {
        Should.Throw<FormatException>(() => ModelConfig.FromJson(text)).Message.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("\"losses\":null")]
    [InlineData("\"losses\":[null]")]
    [InlineData("\"losses\":[{\"target\":\"cells\"}]")]
    public void FromJson_LossesThatAreNone_AreRefused(string losses)
    {
        var text = $"{{\"family\":\"vit\",\"name\":\"x\",\"imageSize\":32,\"channels\":3,\"classes\":10,{losses}}}";
        Should.Throw<FormatException>(() => ModelConfig.FromJson(text)).Message.ShouldNotBeEmpty();
    }

    [Fact]
    public void FromJson_UnknownFamilyOrLoss_NamesItAndTheCallThatAddsIt()
    {
        var family = Should.Throw<FormatException>(() => ModelConfig.FromJson("{\"family\":\"nobody\"}"));
        family.Message.ShouldBe(
            $"This is no model configuration: The model family 'nobody' is unknown in this process, which knows {string.Join(", ", ModelFamilies.All.Keys)}. "
                + "Define its record and call ModelFamilies.Register<TheRecord>(\"nobody\") first."
        );
        var text = Configs[0].ToJson().Replace("\"drloc\"", "\"nothing\"", StringComparison.Ordinal);
        Should
            .Throw<FormatException>(() => ModelConfig.FromJson(text))
            .Message.ShouldContain("The auxiliary loss 'nothing' is unknown in this process, which knows drloc.");
    }

    [Fact]
    public void Register_NameOfAnotherRecord_IsRefused()
    {
        Should
            .Throw<ArgumentException>(() => ModelFamilies.Register<VitConfig>("swin"))
            .Message.ShouldStartWith(
                "The model family 'swin' is SwinConfig already; register VitConfig under another name."
            );
        Should
            .Throw<ArgumentException>(() => ModelFamilies.Register<VitConfig>("vit2"))
            .Message.ShouldStartWith("VitConfig is the model family 'vit' already;");
        var before = ModelFamilies.All.Keys.ToList();
        ModelFamilies.Register<VitConfig>("vit"); // a second time changes nothing
        ModelFamilies.All.Keys.ShouldBe(before);
        before.ShouldBe(before.Order(StringComparer.Ordinal));
        before.ShouldContain("swin");
    }

    [Fact]
    public void Build_TwoLossesOfOneName_AreRefused()
    {
        var builder = VisionModels.Swin().Mini().WithRelativeLocalization().WithRelativeLocalization(l => l.Fixed());
        Should
            .Throw<ModelConfigException>(() => builder.Build())
            .Message.ShouldStartWith("Swin: 2 losses are named 'drloc'");
    }

    [Fact]
    public void Fingerprint_OneSwitchChanged_Differs()
    {
        Configs.Select(config => config.Fingerprint()).Distinct().Count().ShouldBe(Configs.Length);
        var fewer = VisionModels.Swin().Tiny().Classes(10).WithRelativeLocalization(l => l.Weight(0.1).Pairs(31));
        fewer.Config.ShouldNotBe(Configs[0]);
        fewer.Config.Fingerprint().ShouldNotBe(Configs[0].Fingerprint());
    }

    [Fact]
    public void FromConfig_TheRecordOfAModel_RebuildsIt()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = VisionModels.Swin().Mini().Classes(5).WithRelativeLocalization().Build();
        using var again = VisionModels.FromConfig(ModelConfig.FromJson(model.Config.ToJson()));
        again.Config.ShouldBe(model.Config);
        OfficialNames.Of(again).ShouldBe(OfficialNames.Of(model));
    }

    [Fact]
    public void Builder_ACall_LeavesTheBuilderAsItWas()
    {
        var tiny = VisionModels.Swin().Tiny();
        tiny.Classes(10).PatchSize(2).Config.Name.ShouldBe("swin_tiny_patch2_window7_224");
        tiny.Config.Classes.ShouldBe(1000);
        tiny.Config.ShouldBe(VisionModels.ConfigOf("swin_tiny_patch4_window7_224"));
        VisionModels.Swin().Mini().Config.ShouldBe(VisionModels.ConfigOf("swin_mini_patch2_window4_32"));
        VisionModels.Vit().Mini().Config.ShouldBe(VisionModels.ConfigOf("vit_mini_patch4_32"));
    }

    [Fact]
    public void Create_UnknownName_SuggestsTheNearest()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Create("swin_tiny_patch4_window8_224"));
        fault.Message.ShouldStartWith(
            "No model is named 'swin_tiny_patch4_window8_224'; did you mean swin_tiny_patch4_window7_224"
        );
    }

    [Fact]
    public void List_Pattern_FiltersTheNames()
    {
        var names = VisionModels.List();
        VisionModels.List("VIT_*").ShouldBe(names.Where(name => name.StartsWith("vit_", StringComparison.Ordinal)));
        VisionModels.List("resnet1?").ShouldBe(["resnet18"]);
        VisionModels.List("nothing*").ShouldBeEmpty();
        names.ShouldContain("swin_tiny_patch4_window7_224");
        names.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Form_SwitchesAlone_NamesOnlyWhatIsPure()
    {
        RelativeLocalizationOptions.Compat.Form.ShouldBe(LocalizationForm.Compat);
        (RelativeLocalizationOptions.Fixed with { Weight = 3, Pairs = 8 }).Form.ShouldBe(LocalizationForm.Fixed);
        (RelativeLocalizationOptions.Compat with { HiddenLayers = 1 }).Form.ShouldBeNull();
        (RelativeLocalizationOptions.Compat with { Pooling = MapPooling.Average3x3 }).Form.ShouldBe(
            LocalizationForm.Compat
        );
        (RelativeLocalizationOptions.Compat with { Pooling = MapPooling.Average2x2 }).Form.ShouldBeNull();
    }
}
