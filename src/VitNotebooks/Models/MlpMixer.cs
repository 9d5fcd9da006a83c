using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// MLP-Mixer, "MLP-Mixer: An all-MLP Architecture for Vision", arXiv 2105.01601 (google-research/vision_transformer, JAX); names and
// initialization are those of huggingface/pytorch-image-models 8ef7380 (v1.0.28), whose head starts at zero.
// The weights along the tokens belong to one number of patches: another image size needs another model.
// Expect 76.4 top-1 on ImageNet-1k for Mixer-B/16 trained there alone (paper), less than a ViT on small data.
// Shown by `vitnb summary mixer_s16_224`.

/// <summary>MLP-Mixer; its one map holds the tokens of the last block before the final norm.</summary>
public sealed class MlpMixer : VisionModel
{
    // The deviation of a standard normal cut at 2: what remains of a truncated draw is widened by it.
    private const double CutDeviation = 0.87962566103423978;

    private readonly MixerConfig _config;

    [ComponentName(Name = "stem")]
    private readonly PatchEmbedding _stem;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<MixerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    internal MlpMixer(MixerConfig config)
        : base(config)
    {
        _config = config;
        _stem = new PatchEmbedding(config.Channels, config.EmbedDim, config.PatchSize, normalize: false);
        var blocks = new MixerBlock[config.Depth];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new MixerBlock(
                config.LastMapSide * config.LastMapSide,
                config.EmbedDim,
                (int)(config.EmbedDim * config.TokensMlpRatio),
                (int)(config.EmbedDim * config.ChannelsMlpRatio),
                config.DropPath
            );
        }

        _blocks = nn.ModuleList(blocks);
        _norm = nn.LayerNorm(config.EmbedDim, 1e-6);
        RegisterComponents();
        AttachHead("head", config.EmbedDim, Zero);
        Initialization.Apply(_stem, Reset);
        Initialization.Apply(_blocks, Reset);
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var grid = TokenGrid.Square(_config.LastMapSide, _config.PatchSize);
        var tokens = _stem.call(images).flatten(1, 2);
        for (var i = 0; i < _blocks.Count; i++)
        {
            tokens = trace.Run($"blocks.{i}", _blocks[i], tokens, grid);
        }

        return new Features([new BlockOutput("blocks", tokens, grid).AsMap()], _norm.call(tokens).mean([1]))
        {
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["stem."],
            .. Enumerable.Range(0, _blocks.Count).Select(i => (IReadOnlyList<string>)[$"blocks.{i}."]),
            ["norm.", "head."],
        ];

    /// <inheritdoc/>
    protected internal override string? Explain(IReadOnlyList<string> misshaped) =>
        misshaped.Any(name => name.Contains(".mlp_tokens.", StringComparison.Ordinal))
            ? $"The MLPs along the tokens belong to one number of patches, here {_config.LastMapSide * _config.LastMapSide}, and nothing resamples them: "
                + "build the Mixer with the image and the patch that the weights were trained with, and resize the images."
            : null;

    private static void Zero(Linear classifier)
    {
        nn.init.zeros_(classifier.weight);
        if (classifier.bias is not null)
        {
            nn.init.zeros_(classifier.bias);
        }
    }

    private static void Reset(nn.Module module)
    {
        switch (module)
        {
            case Linear linear:
                nn.init.xavier_uniform_(linear.weight);
                nn.init.normal_(linear.bias!, std: 1e-6);
                break;
            case Conv2d { bias: { } bias } convolution:
                // LeCun's normal, cut at two deviations.
                var (fan, _) = nn.init.CalculateFanInAndFanOut(convolution.weight);
                nn.init.trunc_normal_(convolution.weight);
                using (no_grad())
                {
                    convolution.weight.mul_(Math.Sqrt(1.0 / fan) / CutDeviation);
                }

                nn.init.zeros_(bias);
                break;
        }
    }
}
