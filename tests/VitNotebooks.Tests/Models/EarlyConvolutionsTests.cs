using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>ViT_P and ViT_C of Early Convolutions Help Transformers See Better (arXiv 2106.14881).</summary>
public sealed class EarlyConvolutionsTests(ITestOutputHelper output)
{
    // Counted with facebookresearch/pycls (5719de6); its names and shapes of every size are in ListedNamesTests.
    [Theory]
    [InlineData("vitp_1gf_patch16_224", 4_830_376)]
    [InlineData("vitp_4gf_patch16_224", 18_507_112)]
    [InlineData("vitp_18gf_patch16_224", 86_567_656)]
    [InlineData("vitp_36gf_patch16_224", 178_364_392)]
    [InlineData("vitc_1gf_patch16_224", 4_567_936)]
    [InlineData("vitc_4gf_patch16_224", 17_754_136)]
    [InlineData("vitc_18gf_patch16_224", 81_573_160)]
    [InlineData("vitc_36gf_patch16_224", 167_796_008)]
    [InlineData("vitp_16gf_patch16_224", 71_757_160)]
    [InlineData("vitc_16gf_patch16_224", 71_004_184)]
    [InlineData("vitp_72gf_patch16_224", 352_954_216)]
    [InlineData("vitc_72gf_patch16_224", 354_949_288)]
    [InlineData("vitc_4gf_s1_patch16_224", 17_475_562)]
    [InlineData("vitc_4gf_s2_patch16_224", 17_449_608)]
    [InlineData("vitc_4gf_s3_patch16_224", 17_404_107)]
    [InlineData("vitc_4gf_s4_patch16_224", 17_288_112)]
    public void CreateEmpty_EverySize_HasTheAuthorsParameters(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.CreateEmpty(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(parameters);
    }

    [Theory]
    [InlineData("vitp_1gf_patch16_224")]
    [InlineData("vitc_1gf_patch16_224")]
    [InlineData("vitc_18gf_patch16_224")]
    public void CreateEmpty_PyclsNames_BecomeOurs(string name)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.CreateEmpty(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name, StateDictMap.Pycls));
    }

    [Theory]
    [InlineData("vitp_1gf_patch16", 224)]
    [InlineData("vitp_1gf_patch16", 128)]
    [InlineData("vitc_1gf_patch16", 224)]
    [InlineData("vitc_1gf_patch16", 128)]
    public void Forward_OneGigaflop_IsTheAuthors(string name, int size)
    {
        using var model = VisionModels.Vit().From($"{name}_224").Classes(10).ImageSize(size).Build();
        output.WriteLine($"{Original.Read($"{name}_{size}").Compare(model, StateDictMap.Pycls, 5e-5)}");
    }

    [Theory]
    [InlineData("s1")]
    [InlineData("s2")]
    [InlineData("s3")]
    [InlineData("s4")]
    public void Forward_TheStemsOfTheAblation_AreTheAuthors(string stem)
    {
        using var model = VisionModels
            .Vit()
            .From($"vitc_4gf_{stem}_patch16_224")
            .Depth(1)
            .Classes(10)
            .ImageSize(64)
            .Build();
        output.WriteLine($"{Original.Read($"vitc_4gf_{stem}_64-depth1").Compare(model, StateDictMap.Pycls, 5e-5)}");
    }

    [Theory]
    [InlineData("vitp_1gf_patch16_224", 1.079e9)]
    [InlineData("vitc_1gf_patch16_224", 1.076e9)]
    [InlineData("vitp_4gf_patch16_224", 3.902e9)]
    [InlineData("vitc_4gf_patch16_224", 3.959e9)]
    [InlineData("vitc_4gf_s1_patch16_224", 3.959e9)]
    [InlineData("vitc_4gf_s2_patch16_224", 3.959e9)]
    [InlineData("vitc_4gf_s3_patch16_224", 3.959e9)]
    [InlineData("vitc_4gf_s4_patch16_224", 3.959e9)]
    public void Summary_StemsOfOneSize_CostTheSame(string name, double macs)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        var summary = model.summary();
        output.WriteLine($"{summary.Macs / 1e9:0.000} G, stem {summary.Find("patch_embed")!.Macs / 1e9:0.000} G");
        ((double)summary.Macs).ShouldBe(macs, 0.02 * macs); // the paper matches the stems to within two percent
        summary.Find("patch_embed")!.OutputShape.ShouldBe([1, 14, 14, name.Contains("1gf") ? 192 : 384]);
    }

    [Fact]
    public void LoadWeights_PyclsWeights_AreTurned()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().From("vitp_1gf_patch16_224").Depth(1).ImageSize(64).Classes(10).Build();
        var weights = model.state_dict().ToDictionary(t => PyclsName(t.Key), t => t.Value.detach() + 1);
        weights["pos_embedding"] = weights["pos_embedding"].transpose(0, 1);
        model.LoadWeights(weights, StateDictMap.Pycls);
        model.get_parameter("pos_embed")!.Equals(weights["pos_embedding"].transpose(0, 1)).ShouldBeTrue();
        model
            .get_parameter("blocks.0.mlp.fc2.bias")!
            .Equals(weights["encoder.block_0.mlp_block.linear_2.bias"])
            .ShouldBeTrue();
    }

    // The map backwards.
    private static string PyclsName(string name) =>
        name switch
        {
            "cls_token" => "class_token",
            "pos_embed" => "pos_embedding",
            _ => name.Replace("patch_embed.proj", "stem.patchify")
                .Replace("blocks.0.attn.qkv.", "encoder.block_0.self_attention.block.in_proj_")
                .Replace("blocks.0.attn.proj.", "encoder.block_0.self_attention.block.out_proj.")
                .Replace("blocks.0.mlp.fc", "encoder.block_0.mlp_block.linear_")
                .Replace("blocks.0.norm", "encoder.block_0.ln_")
                .Replace("head.", "head.head_fc."),
        }
            is var pycls
        && pycls.StartsWith("norm.", StringComparison.Ordinal)
            ? $"encoder.ln.{pycls["norm.".Length..]}"
            : pycls;

    [Fact]
    public void Stem_AnyVit_TakesAConvStem()
    {
        using var scope = NewDisposeScope();
        var builder = VisionModels.Vit().Tiny().Depth(1).Classes(10).ImageSize(64).Stem(ConvStemConfig.S2);
        builder.Config.Name.ShouldBe("vitc_custom_patch16_64");
        using var model = builder.Build();
        model.call(randn(2, 3, 64, 64)).shape.ShouldBe([2, 10]);
        ModelConfig.FromJson(model.Config.ToJson()).ShouldBe(model.Config);
        StateDictMap
            .Torchvision("ViT")
            .Translate("conv_proj.conv_bn_relu_2.0.weight")
            .ShouldBe("patch_embed.conv2.weight");
    }

    [Fact]
    public void Build_StemsThatDoNotFit_NameTheFaults()
    {
        var builder = VisionModels.Vit().Tiny().Stem(new([8, 0], [2, 4], [3, 5])).PatchSize(16);
        Should
            .Throw<ModelConfigException>(() => builder.Build())
            .Faults.ShouldBe([
                "ViT: width 0 of the conv stem is not in 1..16384; nearest: 1.",
                "ViT: kernel 5 with stride 4 in the conv stem leaves pixels over; nearest: 3 or 4.",
                "ViT: the strides of the conv stem (2-4) shrink an image by 8 and not by patch 16; set PatchSize(8) or change the strides.",
            ]);
        Should
            .Throw<ModelConfigException>(() => VisionModels.Vit().Stem(new([8], [2, 8], [3, 8])).Build())
            .Message.ShouldContain("a conv stem of 1 widths (8), 2 strides (2-8) and 2 kernels (3-8) is none");
    }
}
