using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// CvT (arXiv 2103.15808) as "Efficient Training of Visual Transformers with Small Datasets", arXiv 2106.03746, trains it:
// yhlleo/VTs-Drloc 6ac2c44 (models/cvt.py, after lucidrains/vit-pytorch). Names, initialization and numbers are theirs. Not
// Microsoft's: no class token and no final norm, keys and values from one convolution, a head's scale, exact GELU, epsilon beside
// the deviation. Expect 89.0 on CIFAR-10 and 73.5 on CIFAR-100 from scratch, 100 epochs at 224 px, with the loss 90.3 and 74.5 (theirs);
// the loss wants l.Pooling(MapPooling.Average3x3).Weight(0.1) there. `vitnb summary cvt_13.drloc` shows it.

/// <summary>The CvT of the localization paper's code; every stage gives a map.</summary>
public sealed class DrlocCvt : VisionModel
{
    private readonly DrlocCvtConfig _config;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<DrlocCvtStage> _layers;

    internal DrlocCvt(DrlocCvtConfig config)
        : base(config)
    {
        _config = config;
        _layers = nn.ModuleList(Enumerable.Range(0, config.Depths.Count).Select(i => Stage(config, i)).ToArray());
        RegisterComponents();
        AttachHead("head", config.LastMapWidth, initialize: null); // starts as nn.Linear does, like everything here
        AttachLosses(Numbered); // drloc.0
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var maps = new FeatureMap[_layers.Count];
        for (var i = 0; i < maps.Length; i++)
        {
            var grid = TokenGrid.Square(_config.SideOf(i), _config.StrideOf(i));
            var map = _layers[i].Embed(i == 0 ? images : maps[i - 1].Map);
            for (var j = 0; j < _layers[i].Blocks.Count; j++)
            {
                map = trace.Run(
                    $"layers.{i}.2.layers.{j}",
                    _layers[i].Blocks[j],
                    map,
                    grid,
                    layout: TokenLayout.ChannelsFirst
                );
            }

            maps[i] = new FeatureMap($"layers.{i}", map, grid.Stride);
        }
        return new Features(maps, maps[^1].Map.mean([2, 3]))
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["layers.0.0.", "layers.0.1."],
            .. _layers.SelectMany(
                (stage, i) =>
                    stage.Blocks.Select(
                        (_, j) =>
                            (IReadOnlyList<string>)(
                                j == 0 && i > 0
                                    ? [$"layers.{i}.0.", $"layers.{i}.1.", $"layers.{i}.2.layers.{j}."]
                                    : [$"layers.{i}.2.layers.{j}."]
                            )
                    )
            ),
            ["head."],
        ];

    /// <inheritdoc/>
    /// <remarks>The norms, as CvT's authors leave them undecayed: they have four dimensions here, and the localization paper's code
    /// decays them by accident.</remarks>
    public override IReadOnlySet<string> no_weight_decay() =>
        named_modules()
            .Where(m => m.module is ChannelNorm)
            .SelectMany(m => new[] { $"{m.name}.g", $"{m.name}.b" })
            .ToHashSet();

    private static DrlocCvtStage Stage(DrlocCvtConfig config, int stage)
    {
        var width = config.EmbedDims[stage];
        var embed = nn.Conv2d(
            stage == 0 ? config.Channels : config.EmbedDims[stage - 1],
            width,
            config.PatchSizes[stage],
            stride: config.PatchStrides[stage],
            padding: config.PatchSizes[stage] / 2
        );
        var blocks = new PreNormBlock[config.Depths[stage]];
        for (var i = 0; i < blocks.Length; i++)
        {
            var attention = new MapAttention(
                width,
                config.Heads[stage],
                config.HeadDim,
                config.Kernels[stage],
                config.KeyValueStrides[stage],
                config.Dropout
            );
            var mlp = FeedForward.OnMaps(width, width * config.MlpRatio, config.Dropout);
            blocks[i] = new PreNormBlock(new ChannelNorm(width), attention, new ChannelNorm(width), mlp);
        }
        return new DrlocCvtStage(embed, new ChannelNorm(width), blocks);
    }
}
