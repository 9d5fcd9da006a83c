using VitNotebooks.Models;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// google-research/big_vision's models, by the names that tests/oracles/originals/authors.py has for them: the small one is that of its
/// configs/vit_s16_i1k.py, the giant one that of its configs/proj/scaling_laws/train_vit_g.py with the classes of ImageNet.
/// </summary>
internal static class BigVisionVit
{
    /// <summary>What such a name ends with.</summary>
    public const string Ending = ".big_vision";

    public static VitBuilder Of(string name)
    {
        var vit = VisionModels.Vit();
        return name switch
        {
            $"vit_mu_patch16_224{Ending}" => vit.Mu().BigVision().Pooling(VitPooling.ClassToken),
            $"vit_mu_patch16_map_224{Ending}" => vit.Mu().BigVision().Pooling(VitPooling.Attention),
            $"vit_small_patch16_gap_224{Ending}" => vit.Small()
                .BigVision()
                .Positions(VitPositions.SinCos2d)
                .PreLogits(384),
            $"vit_medium_patch16_224{Ending}" => vit.Medium().BigVision().Pooling(VitPooling.ClassToken),
            $"vit_giant_patch14_map_224{Ending}" => vit.Giant().PatchSize(14).BigVision().Pooling(VitPooling.Attention),
            _ => throw new ArgumentException($"no model '{name}' of big_vision", nameof(name)),
        };
    }
}
