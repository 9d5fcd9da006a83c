using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// LV-ViT, "All Tokens Matter: Token Labeling for Training Better Vision Transformers", arXiv 2104.10858; zihangJiang/TokenLabeling
// 9dbfd59, whose names, numbers and initialization these are (bit for bit from a seed). Their training forward gives classes and cells of
// mixed tokens; here that is forward_labeling, and forward_features never mixes, so that every other training keeps its labels.
// Expect top-1 on ImageNet-1k with token labels: 79.1 (T), 83.3 (S), 84.0 (M) at 224 pixels, 86.2 (L) at 448.
// Shown by VisionModels.LvVit().Small().Build().summary().

/// <summary>LV-ViT; its one map holds the patch tokens behind the final norm, which the dense head classifies.</summary>
/// <remarks>
/// In eval mode the logits of an image are those of its class token and half of the largest that any cell gives a class, as in the
/// authors' code; in training they are the class token's. A training of your own must give the dense head a loss, as <c>Trainer</c> does, or build
/// the model with <see cref="LvVitBuilder.DenseHead"/> off, since the eval mode listens to it.
/// </remarks>
public sealed class LvVit : VisionModel, IDenseClassifier
{
    private const string DenseHeadName = "aux_head";

    private readonly LvVitConfig _config;
    private readonly bool _built;
    private Linear? _denseHead;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter _classToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly LvVitStem _patchEmbed;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    internal LvVit(LvVitConfig config)
        : base(config)
    {
        _config = config;
        var side = config.LastMapSide;
        _patchEmbed = new LvVitStem(config.Channels, config.StemWidth, config.EmbedDim, config.PatchSize);
        _classToken = nn.Parameter(zeros(1, 1, config.EmbedDim));
        _positions = nn.Parameter(zeros(1, side * side + 1, config.EmbedDim));
        _blocks = nn.ModuleList(Blocks(config));
        _norm = nn.LayerNorm(config.EmbedDim);
        RegisterComponents();
        AttachHead("head", config.EmbedDim, InitializeLater);
        if (config.DenseHead)
        {
            _denseHead = nn.Linear(config.EmbedDim, config.Classes);
            register_module(DenseHeadName, _denseHead);
        }

        nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        nn.init.trunc_normal_(_classToken, std: Initialization.Deviation);
        Initialization.TruncatedNormal(this);
        _built = true;
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None) =>
        forward_features(images, mix: null, request);

    /// <summary>The maps of a batch whose tokens are mixed.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    /// <param name="mix">The box that is exchanged between partners, of this model's map; null for none.</param>
    /// <param name="request">What to keep beside the map.</param>
    /// <exception cref="ArgumentException">The images, or the map that the box was drawn for, have another shape.</exception>
    public Features forward_features(Tensor images, MixToken? mix, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        var side = _config.LastMapSide;
        if (mix is { } box && (box.Rows, box.Columns) != (side, side))
        {
            throw new ArgumentException(
                $"{_config.Name}: a box drawn for {box.Rows} x {box.Columns} cells does not fit a map of {side} x {side}; "
                    + $"draw it with MixToken.Draw({side}, {side}).",
                nameof(mix)
            );
        }

        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var grid = TokenGrid.Square(side, _config.PatchSize, prefix: 1);
        var tokens = Embed(images, mix);
        for (var i = 0; i < _blocks.Count; i++)
        {
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens, grid);
        }

        var normalized = _norm.call(tokens);
        return new Features(
            [new BlockOutput("norm", normalized, grid).AsMap() with { IsNormalized = true }],
            normalized.select(1, 0),
            tokens.select(1, 0)
        )
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward_head(Features features)
    {
        if (training || _denseHead is null)
        {
            return base.forward_head(features);
        }

        using var scope = NewDisposeScope();
        var (largest, _) = forward_dense(features).max(1);
        return base.forward_head(features).add(largest, alpha: 0.5).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public bool classifies_cells => _denseHead is not null;

    /// <inheritdoc/>
    public Tensor forward_dense(Features features)
    {
        if (_denseHead is null)
        {
            throw new InvalidOperationException(
                $"{_config.Name} has no dense head; build it with DenseHead(true) to classify its cells."
            );
        }

        using var scope = NewDisposeScope();
        return _denseHead.call(features.Last.Map.flatten(2).transpose(1, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>What token labeling trains on: in training, tokens are mixed where the configuration says so.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    /// <param name="generator">Source of the box, on the CPU; null for the default one.</param>
    /// <exception cref="InvalidOperationException">The model was built without a dense head.</exception>
    public DenseLogits forward_labeling(Tensor images, Generator? generator = null)
    {
        var side = _config.LastMapSide;
        return forward_labeling(
            images,
            training && _config.MixToken ? MixToken.Draw(side, side, generator) : new MixToken(side, side, 0, 0, 0, 0)
        );
    }

    /// <summary>What token labeling trains on, with a given box.</summary>
    /// <param name="images">Normalized images, <c>[B, channels, H, W]</c>.</param>
    /// <param name="mix">The box that is exchanged between partners.</param>
    /// <exception cref="InvalidOperationException">The model was built without a dense head.</exception>
    public DenseLogits forward_labeling(Tensor images, MixToken mix)
    {
        using var scope = NewDisposeScope();
        var features = forward_features(images, mix);
        var classes = base.forward_head(features);
        var cells = forward_dense(features);
        if (!mix.IsEmpty)
        {
            cells = mix.Apply(cells.view(cells.shape[0], mix.Rows, mix.Columns, -1), 1).flatten(1, 2);
        }

        return new DenseLogits(classes.MoveToOuterDisposeScope(), cells.MoveToOuterDisposeScope(), mix);
    }

    /// <inheritdoc/>
    public override void reset_classifier(int classes)
    {
        base.reset_classifier(classes);
        if (_denseHead is not { } old)
        {
            return;
        }

        var fresh = nn.Linear(_config.EmbedDim, classes);
        Initialization.TruncatedNormal(fresh);
        fresh.to(old.weight!.dtype).to(old.weight.device);
        register_module(DenseHeadName, null!); // frees the name
        register_module(DenseHeadName, fresh);
        _denseHead = fresh;
        old.Dispose();
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> no_weight_decay() => new HashSet<string> { "pos_embed", "cls_token" };

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["cls_token", "pos_embed", "patch_embed."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "head.", $"{DenseHeadName}."],
        ];

    /// <inheritdoc/>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name == "pos_embed" ? PositionGrid.Resample(source, shape, first: 1) : null;

    /// <inheritdoc/>
    protected internal override bool IsOfClassifier(string name) =>
        base.IsOfClassifier(name) || name.StartsWith($"{DenseHeadName}.", StringComparison.Ordinal);

    private Tensor Embed(Tensor images, MixToken? mix)
    {
        using var scope = NewDisposeScope();
        var map = _patchEmbed.call(images);
        if (mix is { IsEmpty: false } box)
        {
            map = box.Apply(map, 2);
        }

        var patches = map.flatten(2).transpose(1, 2);
        var tokens = cat([_classToken.expand(patches.shape[0], -1, -1), patches], dim: 1);
        return tokens.add(_positions).MoveToOuterDisposeScope();
    }

    // The first time, the initialization of the whole model reaches the head: its draws come in the authors' order.
    private void InitializeLater(Linear head)
    {
        if (_built)
        {
            Initialization.TruncatedNormal(head);
        }
    }

    private static TransformerBlock[] Blocks(LvVitConfig config)
    {
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depth);
        return [.. dropPath.Select(rate => Block(config, rate))];
    }

    private static TransformerBlock Block(LvVitConfig config, double dropPath) =>
        new(
            config.EmbedDim,
            new SelfAttention(config.EmbedDim, config.Heads, config.QkvBias),
            new Mlp(config.EmbedDim, (int)(config.EmbedDim * config.MlpRatio)),
            new()
            {
                NormEpsilon = 1e-5,
                DropPath = dropPath,
                SkipLambda = config.SkipLambda,
            }
        );
}

/// <summary>What token labeling trains on.</summary>
/// <param name="Classes">Logits of the class token, <c>[B, classes]</c>, to be held against <see cref="MixToken.Targets"/>.</param>
/// <param name="Cells">Logits of the cells, row by row, each beside the others of the image that it came from, <c>[B, cells, classes]</c>.</param>
/// <param name="Mix">How the tokens were mixed; its box is empty where they were not.</param>
public sealed record DenseLogits(Tensor Classes, Tensor Cells, MixToken Mix);
