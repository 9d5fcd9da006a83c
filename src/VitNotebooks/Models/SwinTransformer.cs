using System.Text.RegularExpressions;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// Swin, "Hierarchical Vision Transformer using Shifted Windows", arXiv 2103.14030; microsoft/Swin-Transformer f82860b.
// Names, initialization and numbers are theirs; maps stay [B, H, W, C] between blocks, and what windows do not divide is
// padded (their classification code refuses it). Drop path 0.2 as they train the tiny one, 0.3 and 0.5 small and base.
// Expect 81.2, 83.2 and 83.5 top-1 on ImageNet-1k for T, S and B after 300 epochs (theirs); a step of batch 8 at 224 px takes about a second on 2 CPU cores.
// Shown by notebooks/01-relative-localization.ipynb.

/// <summary>Swin transformer; every stage gives a map, the last one before the final norm.</summary>
public sealed partial class SwinTransformer : VisionModel
{
    private readonly SwinConfig _config;

    [ComponentName(Name = "patch_embed")]
    private readonly PatchEmbedding _patchEmbed;

    [ComponentName(Name = "absolute_pos_embed")]
    private readonly Parameter? _positions;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<SwinStage> _layers;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    private readonly bool _built;

    internal SwinTransformer(SwinConfig config)
        : base(config)
    {
        _config = config;
        _patchEmbed = new PatchEmbedding(config.Channels, config.EmbedDim, config.PatchSize, normalize: true);
        register_module("patch_embed", _patchEmbed);
        if (config.AbsolutePositions)
        {
            _positions = nn.Parameter(zeros(1, (long)config.SideOf(0) * config.SideOf(0), config.EmbedDim));
            register_parameter("absolute_pos_embed", _positions);
            nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        }
        _layers = nn.ModuleList(Stages(config));
        register_module("layers", _layers);
        AttachLosses(Numbered); // drloc.0, as the loss's authors name it in Swin
        _norm = nn.LayerNorm(config.LastMapWidth);
        register_module("norm", _norm);
        AttachHead("head", config.LastMapWidth, StartHead);
        Initialization.TruncatedNormal(this);
        _built = true;
    }

    // While the model is built its whole initialization reaches the head too: a draw here would move all that follow.
    private void StartHead(Linear head)
    {
        if (_built)
        {
            Initialization.TruncatedNormal(head);
        }
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var maps = new FeatureMap[_layers.Count];
        var scales = new FeatureMap[_layers.Count];
        var tokens = Embed(images);
        for (var i = 0; i < maps.Length; i++)
        {
            var grid = TokenGrid.Square(_config.SideOf(i), _config.PatchSize << i);
            var map = tokens;
            for (var j = 0; j < _layers[i].Blocks.Count; j++)
            {
                map = trace.Run(
                    $"layers.{i}.blocks.{j}",
                    _layers[i].Blocks[j],
                    map,
                    grid,
                    layout: TokenLayout.ChannelsLast
                );
            }

            maps[i] = new FeatureMap($"layers.{i}", map.permute(0, 3, 1, 2), grid.Stride);
            tokens = _layers[i].Downsample is { } downsample ? downsample.call(map) : map;
            scales[i] =
                i == maps.Length - 1
                    ? maps[i]
                    : new FeatureMap(
                        $"layers.{i}.downsample",
                        tokens.permute(0, 3, 1, 2),
                        _config.PatchSize << (i + 1)
                    );
        }
        var final = _norm.call(tokens).mean([1, 2]);
        return new Features(maps, final)
        {
            Scales = scales,
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor images)
    {
        var tokens = _patchEmbed.call(images);
        if (_positions is null)
        {
            return tokens;
        }

        using (tokens)
        using (var positions = _positions.view(1, tokens.shape[1], tokens.shape[2], tokens.shape[3]))
        {
            return tokens.add(positions);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Bicubic, as the authors' <c>load_pretrained</c> does it.</remarks>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name == "absolute_pos_embed" || name.EndsWith(TableOfOffsets, StringComparison.Ordinal)
            ? GridResampling.Bicubic(source, shape)
            : null;

    private const string TableOfOffsets = "relative_position_bias_table";

    /// <inheritdoc/>
    protected internal override bool IsComputed(string name) => WindowBuffer().IsMatch(name);

    [GeneratedRegex(@"^layers\.\d+\.blocks\.\d+\.(attn\.relative_position_index|attn_mask)$")]
    private static partial Regex WindowBuffer();

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["absolute_pos_embed", "patch_embed."],
            .. _layers.SelectMany(
                (stage, i) =>
                    stage.Blocks.Select(
                        (_, j) =>
                            (IReadOnlyList<string>)(
                                j == 0 && i > 0
                                    ? [$"layers.{i - 1}.downsample.", $"layers.{i}.blocks.{j}."]
                                    : [$"layers.{i}.blocks.{j}."]
                            )
                    )
            ),
            ["norm.", "head."],
        ];

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() =>
        named_parameters()
            .Select(p => p.Item1)
            .Where(name => name == "absolute_pos_embed" || name.EndsWith(TableOfOffsets, StringComparison.Ordinal))
            .ToHashSet();

    private static SwinStage[] Stages(SwinConfig config)
    {
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depths.Sum());
        var stages = new SwinStage[config.Depths.Count];
        var done = 0;
        for (var i = 0; i < stages.Length; i++)
        {
            var (side, width) = (config.SideOf(i), config.WidthOf(i));
            var blocks = new SwinBlock[config.Depths[i]];
            for (var j = 0; j < blocks.Length; j++)
            {
                var windows = new ShiftedWindows(side, side, config.WindowSize, shifted: j % 2 == 1);
                blocks[j] = new SwinBlock(
                    width,
                    windows,
                    config.Heads[i],
                    config.MlpRatio,
                    config.QkvBias,
                    dropPath[done++]
                );
            }
            stages[i] = new SwinStage(blocks, i < stages.Length - 1 ? new PatchMerging(width) : null);
        }
        return stages;
    }
}
