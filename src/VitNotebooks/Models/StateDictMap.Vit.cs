namespace VitNotebooks.Models;

// Whose names a ViT's weights come under, beside timm's, which are ours.
public sealed partial record StateDictMap
{
    private const string FlaxBlock = @"(?:.*[/.])?Transformer[/.]encoderblock_(\d+)[/.]";
    private const string FlaxPool = "(?:.*[/.])?MAPHead_0[/.]";

    // A dense kernel [in, out]; one to heads [in, heads, width]; one from heads [heads, width, out]; a bias [heads, width].
    private static readonly TensorChange Dense = new([1, 0]);
    private static readonly TensorChange ToHeads = new([1, 2, 0]) { Merge = 0 };
    private static readonly TensorChange FromHeads = new([2, 0, 1]) { Merge = 1 };
    private static readonly TensorChange OfHeads = new([0, 1]) { Merge = 0 };

    /// <summary>facebookresearch/deit's names of DeiT III; those of DeiT are timm's.</summary>
    public static StateDictMap Deit3 { get; } =
        new("deit (DeiT III)", [new(@"blocks\.(\d+)\.gamma_([12])", "blocks.$1.ls$2.gamma")]);

    /// <summary>facebookresearch/pycls' names of ViT_P and ViT_C.</summary>
    public static StateDictMap Pycls { get; } =
        new(
            "pycls",
            [
                new("class_token", "cls_token"),
                new("pos_embedding", "pos_embed", new([1, 0, 2])), // pycls' sequence comes before its batch
                new(@"stem\.patchify\.(\w+)", "patch_embed.proj.$1"),
                new(@"stem\.cstem(\d+)_(conv|bn)\.(\w+)", "patch_embed.$2$1.$3"),
                new(@"stem\.cstem_last_conv\.(\w+)", "patch_embed.proj.$1"),
                new(@"encoder\.block_(\d+)\.ln_([12])\.(\w+)", "blocks.$1.norm$2.$3"),
                new(@"encoder\.block_(\d+)\.self_attention\.block\.in_proj_(\w+)", "blocks.$1.attn.qkv.$2"),
                new(@"encoder\.block_(\d+)\.self_attention\.block\.out_proj\.(\w+)", "blocks.$1.attn.proj.$2"),
                new(@"encoder\.block_(\d+)\.mlp_block\.linear_([12])\.(\w+)", "blocks.$1.mlp.fc$2.$3"),
                new(@"encoder\.ln\.(\w+)", "norm.$1"),
                new(@"head\.head_fc\.(\w+)", "head.$1"),
            ]
        );

    /// <summary>
    /// google-research/big_vision's names, from flax, and those of its predecessor google-research/vision_transformer: a path's parts are
    /// joined by <c>/</c> or <c>.</c>, whatever stands before the model's own part is dropped, kernels are turned, and queries, keys and values become one.
    /// </summary>
    /// <remarks>For a model built with <see cref="VitBuilder.BigVision"/>; one with a class token in the positions, as the predecessor has
    /// it, keeps <see cref="VitConfig.EmbedClassToken"/>. Blocks that <c>scan=True</c> stacked along a leading axis
    /// are taken apart. A patch of another size is resampled, as FlexiViT does it.</remarks>
    public static StateDictMap BigVision { get; } =
        new(
            "big_vision",
            [
                .. Named(FlaxBlock + "LayerNorm_0[/.]", "blocks.$1.norm1."),
                .. Named(FlaxBlock + "LayerNorm_[12][/.]", "blocks.$1.norm2."),
                .. Heads(FlaxBlock + "MultiHeadDotProductAttention_[01][/.]", "query", "blocks.$1.attn.qkv.", 0, 3),
                .. Heads(FlaxBlock + "MultiHeadDotProductAttention_[01][/.]", "key", "blocks.$1.attn.qkv.", 1, 3),
                .. Heads(FlaxBlock + "MultiHeadDotProductAttention_[01][/.]", "value", "blocks.$1.attn.qkv.", 2, 3),
                .. Linear(
                    FlaxBlock + "MultiHeadDotProductAttention_[01][/.]out[/.]",
                    "blocks.$1.attn.proj.",
                    FromHeads
                ),
                .. Linear(FlaxBlock + "MlpBlock_[03][/.]Dense_0[/.]", "blocks.$1.mlp.fc1.", Dense),
                .. Linear(FlaxBlock + "MlpBlock_[03][/.]Dense_1[/.]", "blocks.$1.mlp.fc2.", Dense),
                new(FlaxPool + "probe", "attn_pool.latent"),
                .. Named(FlaxPool + "LayerNorm_0[/.]", "attn_pool.norm."),
                .. Heads(FlaxPool + "MultiHeadDotProductAttention_0[/.]", "query", "attn_pool.q.", 0, 1),
                .. Heads(FlaxPool + "MultiHeadDotProductAttention_0[/.]", "key", "attn_pool.kv.", 0, 2),
                .. Heads(FlaxPool + "MultiHeadDotProductAttention_0[/.]", "value", "attn_pool.kv.", 1, 2),
                .. Linear(FlaxPool + "MultiHeadDotProductAttention_0[/.]out[/.]", "attn_pool.proj.", FromHeads),
                .. Linear(FlaxPool + "MlpBlock_0[/.]Dense_0[/.]", "attn_pool.mlp.fc1.", Dense),
                .. Linear(FlaxPool + "MlpBlock_0[/.]Dense_1[/.]", "attn_pool.mlp.fc2.", Dense),
                .. Named("(?:.*[/.])?Transformer[/.]encoder_norm[/.]", "norm."),
                .. Linear("(?:.*[/.])?pre_logits[/.]", "pre_logits.fc.", Dense),
                .. Linear("(?:.*[/.])?embedding[/.]", "patch_embed.proj.", new([3, 2, 0, 1])),
                .. Linear("(?:.*[/.])?head[/.]", "head.", Dense),
                new("(?:.*[/.])?pos_embedding", "pos_embed"),
                new("(?:.*[/.])?cls", "cls_token"),
            ]
        )
        {
            Stacked = new(@"(.*[/.])?Transformer[/.]encoderblock([/.].+)", "${1}Transformer/encoderblock_#$2"),
        };

    private static NameRule[] Named(string flax, string ours) =>
        [new(flax + "scale", ours + "weight"), new(flax + "bias", ours + "bias")];

    private static NameRule[] Linear(string flax, string ours, TensorChange kernel) =>
        [new(flax + "kernel", ours + "weight", kernel), new(flax + "bias", ours + "bias")];

    private static NameRule[] Heads(string flax, string which, string ours, int part, int parts) =>
        [
            new($"{flax}{which}[/.]kernel", ours + "weight", ToHeads with { Part = part, Parts = parts }),
            new($"{flax}{which}[/.]bias", ours + "bias", OfHeads with { Part = part, Parts = parts }),
        ];
}
