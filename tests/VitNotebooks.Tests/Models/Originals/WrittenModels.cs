using VitNotebooks.Losses;
using VitNotebooks.Models;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// Models whose files the authors' code reads, one a family at least and small, under the names that
/// tests/oracles/originals/written.py has for them; ten classes each.
/// </summary>
internal static class WrittenModels
{
    /// <summary>Those whose authors' code is torchvision, which is there wherever these tests run.</summary>
    public static IReadOnlyDictionary<string, Func<VisionModel>> Torchvision { get; } =
        new Dictionary<string, Func<VisionModel>>(StringComparer.Ordinal)
        {
            ["resnet18"] = () => Create("resnet18", 64),
            ["torchvision_vit_64"] = () =>
                VisionModels.Vit().ImageSize(64).PatchSize(16).EmbedDim(192).Depth(2).Heads(3).Classes(10).Build(),
            ["torchvision_swin_64"] = () => Swin().Build(),
        };

    /// <summary>The others, whose authors' code comes from checkouts.</summary>
    public static IReadOnlyDictionary<string, Func<VisionModel>> Others { get; } =
        new Dictionary<string, Func<VisionModel>>(StringComparer.Ordinal)
        {
            ["vit_tiny_patch16_224"] = () => Create("vit_tiny_patch16_224", 224),
            ["vit_map_64"] = () => SmallVit.Of("vit_map_64").Build(),
            ["deit_distilled_64"] = () => SmallVit.Of("deit_distilled_64").Build(),
            ["deit3_tiny_patch16_96"] = () => Create("deit3_tiny_patch16_224", 96),
            ["vitp_1gf_patch16_128"] = () => Create("vitp_1gf_patch16_224", 128),
            ["vitc_1gf_patch16_128"] = () => Create("vitc_1gf_patch16_224", 128),
            ["swin_short_patch4_window4_64.ape"] = () => Swin().AbsolutePositions().Build(),
            ["t2t_vit_7_160"] = () => Create("t2t_vit_7", 160),
            ["t2t_vit_t_2_128"] = () =>
                VisionModels.T2t().Vit14().Tokens(T2tTokens.Transformer).Depth(2).ImageSize(128).Classes(10).Build(),
            ["cvt_13_short_96"] = () => VisionModels.Cvt().Layers13().ImageSize(96).Depths(1, 1, 2).Classes(10).Build(),
            ["cvt_13_short.drloc_96"] = () => VisionModels.DrlocCvt().ImageSize(96).Depths(1, 2, 2).Classes(10).Build(),
            ["vit_short.drloc_96"] = () =>
                VisionModels.DrlocVit().ImageSize(96).EmbedDim(192).Depth(3).Heads(4).MlpDim(768).Classes(10).Build(),
            ["swin_short.l1_64"] = () => Swin().WithRelativeLocalization(AsInItsCode).Build(),
            ["t2t_vit_2.l1_128"] = () =>
                VisionModels
                    .T2t()
                    .Vit14()
                    .Depth(2)
                    .ImageSize(128)
                    .Classes(10)
                    .WithRelativeLocalization(AsInItsPooledCode)
                    .Build(),
            ["cvt_13_short.l1_96"] = () =>
                VisionModels
                    .DrlocCvt()
                    .ImageSize(96)
                    .Depths(1, 2, 2)
                    .Classes(10)
                    .WithRelativeLocalization(AsInItsPooledCode)
                    .Build(),
            ["vit_short.l1_96"] = () =>
                VisionModels
                    .DrlocVit()
                    .ImageSize(96)
                    .EmbedDim(192)
                    .Depth(3)
                    .Heads(4)
                    .MlpDim(768)
                    .Classes(10)
                    .WithRelativeLocalization(AsInItsCode)
                    .Build(),
            ["lvvit_t_96"] = () => Create("lvvit_t", 96),
            ["dhvt_tiny_cifar_patch4"] = () => Create("dhvt_tiny_cifar_patch4", 32),
            ["cct_2_3x2_32"] = () => Create("cct_2_3x2_32", 32),
            ["cvt_2_4_32"] = () => Create("cvt_2_4_32", 32),
            ["vit_2_4_32"] = () => Create("vit_2_4_32", 32),
            ["mixer_short_96"] = () => VisionModels.Mixer().ImageSize(96).Depth(2).Classes(10).Build(),
            ["wrn_16_2"] = () => VisionModels.WideResNet().Widening(2).Build(),
            ["wrn_16_2_authors"] = () => VisionModels.WideResNet().Widening(2).Build(),
        };

    // Dense relative localization as VTs-Drloc attaches it to Swin and ViT, and to CvT and T2T-ViT.
    private static RelativeLocalizationBuilder AsInItsCode(RelativeLocalizationBuilder loss) =>
        loss.Form(LocalizationForm.Compat).Pairs(64);

    private static RelativeLocalizationBuilder AsInItsPooledCode(RelativeLocalizationBuilder loss) =>
        AsInItsCode(loss).Pooling(MapPooling.Average3x3);

    private static VisionModel Create(string name, int size) => VisionModels.Create(name, classes: 10, imageSize: size);

    private static SwinBuilder Swin() =>
        VisionModels.Swin().EmbedDim(32).Depths(2, 2, 2).Heads(1, 2, 4).ImageSize(64).WindowSize(4).Classes(10);
}
