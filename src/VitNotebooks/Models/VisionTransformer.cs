using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// ViT, "An Image is Worth 16x16 Words", arXiv 2010.11929; names and initialization of huggingface/pytorch-image-models.
// The localization head, where attached, starts from PyTorch's own linear initialization, as the loss's authors leave it.
// From scratch on small data expect little: that is what the localization loss is for. Batch 8 at 224 px on 2 CPU cores:
// about 0.7 s a step for ViT-S/16, 2.6 s for ViT-B/16. Shown by notebooks/01-relative-localization.ipynb.

/// <summary>Vision transformer; its one map holds the patch tokens of the last block before the final norm.</summary>
public sealed class VisionTransformer : VisionModel
{
    private readonly VitConfig _config;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter? _classToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly PatchEmbedding _patchEmbed;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "head")]
    private Linear _head;

    internal VisionTransformer(VitConfig config)
        : base(config)
    {
        _config = config;
        var side = config.LastMapSide;
        var hasClassToken = config.Pooling == VitPooling.ClassToken;
        _classToken = hasClassToken ? nn.Parameter(zeros(1, 1, config.EmbedDim)) : null;
        _positions = nn.Parameter(zeros(1, side * side + (hasClassToken ? 1 : 0), config.EmbedDim));
        _patchEmbed = new PatchEmbedding(config.Channels, config.EmbedDim, config.PatchSize, normalize: false);
        _blocks = nn.ModuleList(Blocks(config));
        _norm = nn.LayerNorm(config.EmbedDim, TransformerBlock.NormEpsilon);
        _head = nn.Linear(config.EmbedDim, config.Classes);
        RegisterComponents();

        nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        if (_classToken is not null)
            nn.init.normal_(_classToken, std: 1e-6);
        Initialization.TruncatedNormal(this);
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        List<BlockAttention> attention = [];
        List<BlockOutput> outputs = [];
        var tokens = Embed(images);
        for (var i = 0; i < _blocks.Count; i++)
        {
            Tensor next;
            if (request.HasFlag(FeatureRequest.Attention))
            {
                (next, var weights) = _blocks[i].forward_with_attention(tokens);
                attention.Add(new BlockAttention($"blocks.{i}", weights));
            }
            else
                next = _blocks[i].call(tokens);
            if (i == 0 || !request.HasFlag(FeatureRequest.Blocks))
                tokens.Dispose();
            tokens = next;
            if (request.HasFlag(FeatureRequest.Blocks))
                outputs.Add(new BlockOutput($"blocks.{i}", tokens));
        }
        var (batch, side, first) = (tokens.shape[0], _config.LastMapSide, _classToken is null ? 0 : 1);
        var patches = tokens.narrow(1, first, side * side);
        var map = patches.transpose(1, 2).view(batch, _config.EmbedDim, side, side);
        var classToken = _classToken is null ? null : tokens.select(1, 0);
        // A norm is taken token by token: normalizing the class token alone gives the same bits for 1/197 of the work.
        var final = classToken is null ? _norm.call(patches).mean([1]) : _norm.call(classToken);
        return new Features([new FeatureMap("blocks", map, _config.PatchSize)], final, classToken)
        {
            Attention = attention,
            Blocks = outputs,
        }.MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patches = _patchEmbed.call(images).flatten(1, 2);
        if (_classToken is not null)
            patches = cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1);
        return patches.add(_positions).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward_head(Features features) => _head.call(features.Final);

    /// <inheritdoc/>
    public override void reset_classifier(int classes) => _head = ReplaceHead("head", _head, classes);

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() =>
        _classToken is null ? new HashSet<string> { "pos_embed" } : new HashSet<string> { "pos_embed", "cls_token" };

    /// <inheritdoc/>
    protected override IEnumerable<ModelSummary> Summaries(IReadOnlyList<long> input)
    {
        var embed = _patchEmbed.Summarize("patch_embed", input);
        yield return embed;
        long[] tokens = [input[0], _positions.shape[1], _config.EmbedDim];
        for (var i = 0; i < _blocks.Count; i++)
            yield return _blocks[i].Summarize($"blocks.{i}", tokens);
        long[] final = [input[0], _config.EmbedDim];
        yield return ModelSummary.Of(_norm, "norm", _classToken is null ? embed.OutputShape : final);
        yield return ModelSummary.Of(_head, "head", final);
    }

    private static TransformerBlock[] Blocks(VitConfig config)
    {
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depth);
        return
        [
            .. dropPath.Select(p => new TransformerBlock(
                config.EmbedDim,
                config.Heads,
                config.MlpRatio,
                config.QkvBias,
                p
            )),
        ];
    }
}
