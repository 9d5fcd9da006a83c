using VitNotebooks.Layers;
using VitNotebooks.Models;

namespace VitNotebooks.Tests.Models;

/// <summary>The small models of tests/oracles/originals/vit_timm.py and vit_deit.py, by the names of their values.</summary>
internal static class SmallVit
{
    public static VitBuilder Of(string name)
    {
        var small = VisionModels
            .Vit()
            .Classes(10)
            .ImageSize(64)
            .PatchSize(8)
            .EmbedDim(64)
            .Depth(2)
            .Heads(4)
            .Named(name);
        return name switch
        {
            "vit_options_64" => small
                .PreNorm()
                .LayerScale(0.1)
                .QkvBias(false)
                .Positions(VitPositions.Learned, embedClassToken: false),
            "vit_gap_64" => small.Pooling(VitPooling.Average).MlpRatio(3.5),
            "vit_map_64" => small.Pooling(VitPooling.Attention).Activation(MlpActivation.GeluTanh),
            "vit_pre_logits_64" => small.PreLogits(48),
            "deit_distilled_64" => small.PatchSize(16).EmbedDim(96).Heads(3).Distilled().Origin(VitOrigin.DeiT),
            _ => throw new ArgumentException($"no small ViT '{name}'", nameof(name)),
        };
    }
}
