namespace VitNotebooks.Models;

/// <summary>What <see cref="VisionModel.forward_features"/> keeps beside the maps; each costs the memory of what it keeps.</summary>
[Flags]
public enum FeatureRequest
{
    /// <summary>The maps alone.</summary>
    None = 0,

    /// <summary>The attention of every block, and of what pools by attention: <see cref="Features.Attention"/>.</summary>
    Attention = 1,

    /// <summary>The output of every block: <see cref="Features.Blocks"/>.</summary>
    Blocks = 2,
}
