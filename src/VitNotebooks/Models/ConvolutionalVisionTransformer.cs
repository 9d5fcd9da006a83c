using TorchSharp.Modules;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// CvT, "Introducing Convolutions to Vision Transformers", arXiv 2103.15808; microsoft/CvT f851e68 (lib/models/cls_cvt.py).
// Names, initialization and numbers are theirs, the scale of the attention (one over the root of the whole width) and the head's
// bias, which stays as nn.Linear draws it, included; a batch of one keeps its dimension. The positions of table 5 are options,
// since their code of today has only their names. Expect 81.6 and 82.5 top-1 on ImageNet-1k for CvT-13 and 21 at 224 pixels.
// The localization paper trains another CvT: DrlocCvt. `vitnb summary cvt_13` shows it.

/// <summary>Convolutional vision transformer; every stage gives a map, the last one before the final norm.</summary>
public sealed class ConvolutionalVisionTransformer : VisionModel
{
    private readonly CvtConfig _config;
    private readonly CvtStage[] _stages;
    private readonly LayerNorm _norm;

    internal ConvolutionalVisionTransformer(CvtConfig config)
        : base(config)
    {
        _config = config;
        _stages = new CvtStage[config.Depths.Count];
        for (var i = 0; i < _stages.Length; i++)
        {
            register_module($"stage{i}", _stages[i] = Stage(config, i));
        }

        _norm = nn.LayerNorm(config.LastMapWidth);
        register_module("norm", _norm);
        AttachHead(
            "head",
            config.LastMapWidth,
            head => nn.init.trunc_normal_(head.weight, std: Initialization.Deviation)
        );
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var maps = new FeatureMap[_stages.Length];
        var tokens = images;
        for (var i = 0; i < _stages.Length; i++)
        {
            var grid = TokenGrid.Square(
                _config.SideOf(i),
                _config.StrideOf(i),
                prefix: _config.HasClassToken(i) ? 1 : 0
            );
            tokens = _stages[i].Embed(i == 0 ? images : maps[i - 1].Map);
            for (var j = 0; j < _stages[i].Blocks.Count; j++)
            {
                tokens = trace.Run($"stage{i}.blocks.{j}", _stages[i].Blocks[j], tokens, grid);
            }

            maps[i] = new BlockOutput($"stage{i}", tokens, grid).AsMap();
        }
        // A norm is taken token by token: normalizing the class token alone gives the same bits for 1/197 of the work.
        var classToken = _config.ClassToken ? tokens.select(1, 0) : null;
        var final = classToken is null ? _norm.call(tokens).mean([1]) : _norm.call(classToken);
        return new Features(maps, final, classToken)
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Bilinear with the corners on each other, as the authors' <c>init_weights</c> does it.</remarks>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape)
    {
        var stage = Enumerable.Range(0, _stages.Length).FirstOrDefault(i => name == $"stage{i}.pos_embed", -1);
        return stage < 0 ? null : GridResampling.Bilinear(source, shape, _stages[stage].HasClassToken ? 1 : 0);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            [.. Embedding(0)],
            .. _stages.SelectMany(
                (stage, i) =>
                    stage.Blocks.Select(
                        (_, j) =>
                            (IReadOnlyList<string>)(
                                j == 0 && i > 0 ? [.. Embedding(i), $"stage{i}.blocks.{j}."] : [$"stage{i}.blocks.{j}."]
                            )
                    )
            ),
            ["norm.", "head."],
        ];

    private static string[] Embedding(int stage) =>
        [$"stage{stage}.patch_embed.", $"stage{stage}.cls_token", $"stage{stage}.pos_embed"];

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay()
    {
        var names = new HashSet<string>();
        for (var i = 0; i < _stages.Length; i++)
        {
            if (_stages[i].HasClassToken)
            {
                names.Add($"stage{i}.cls_token");
            }

            if (_config.HasPositions(i))
            {
                names.Add($"stage{i}.pos_embed");
            }
        }
        return names;
    }

    private static CvtStage Stage(CvtConfig config, int stage)
    {
        var (width, side, token) = (config.EmbedDims[stage], config.SideOf(stage), config.HasClassToken(stage));
        var embedding = new ConvolutionalEmbedding(
            stage == 0 ? config.Channels : config.EmbedDims[stage - 1],
            width,
            config.PatchSizes[stage],
            config.PatchStrides[stage],
            config.PatchPaddings[stage]
        );
        var last = stage == config.Depths.Count - 1;
        var dropPath = DropPath.LinearRule(last ? config.DropPath : 0, config.Depths[stage]);
        var blocks = new TransformerBlock[dropPath.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var attention = new ConvolutionalAttention(
                width,
                config.Heads[stage],
                side,
                token,
                config.Kernel,
                config.KeyValueStrides[stage],
                config.QkvBias
            );
            var mlp = new Mlp(width, (int)(width * config.MlpRatio), MlpActivation.QuickGelu);
            blocks[i] = new TransformerBlock(
                width,
                attention,
                mlp,
                new() { NormEpsilon = 1e-5, DropPath = dropPath[i] }
            );
        }
        return new CvtStage(embedding, blocks, width, side, token, config.HasPositions(stage));
    }
}
