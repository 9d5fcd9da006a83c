namespace VitNotebooks.Experiments;

/// <summary>What papers call our models.</summary>
internal static class PublishedNames
{
    private static readonly (string Prefix, string Published)[] Models =
    [
        ("swin_tiny", "Swin-T"),
        ("cvt_13", "CvT-13"),
        ("t2t_vit_14", "T2T-ViT-14"),
        ("resnet50", "ResNet-50"),
        ("vit_base_patch16", "ViT-B/16"),
    ];

    /// <summary>The published name of a model, or its own.</summary>
    /// <param name="name">Our name, such as <c>swin_tiny_patch4_window7_224</c>.</param>
    /// <returns>The paper's name.</returns>
    public static string Model(string name) =>
        Models.FirstOrDefault(m => name.StartsWith(m.Prefix, StringComparison.OrdinalIgnoreCase)).Published ?? name;
}
