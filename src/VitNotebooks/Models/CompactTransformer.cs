using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

// CCT, CVT and ViT-Lite, "Escaping the Big Data Paradigm with Compact Transformers", arXiv 2104.05704;
// SHI-Labs/Compact-Transformers cd11f09: names, initialization and the block whose residual goes on from a normalized tensor are theirs.
// Their cct_*_sine train their positions, since an argument gets lost on its way; here Sinusoidal means what it says.
// Expect 96.5 on CIFAR-10 and 80.9 on CIFAR-100 for CCT-7/3x1 after 300 epochs (theirs); batch 128 at 32 px is 0.5 TFLOP a step.
// Shown by `vitnb summary cct_7_3x1_32`.

/// <summary>Compact transformer; its one map holds the tokens of the last block before the final norm.</summary>
public sealed class CompactTransformer : VisionModel
{
    private const string HeadName = "classifier.fc";
    private readonly CompactConfig _config;
    private readonly bool _started;

    [ComponentName(Name = "tokenizer")]
    private readonly ConvolutionalTokenizer _tokenizer;

    [ComponentName(Name = "classifier")]
    private readonly CompactEncoder _encoder;

    internal CompactTransformer(CompactConfig config)
        : base(config)
    {
        _config = config;
        _tokenizer = new ConvolutionalTokenizer(config);
        _encoder = new CompactEncoder(config);
        RegisterComponents();
        AttachHead(HeadName, config.EmbedDim, Restart);
        Initialization.TruncatedNormal(_encoder);
        _started = true;
        AttachLosses();
    }

    /// <inheritdoc/>
    public override Features forward_features(Tensor images, FeatureRequest request = FeatureRequest.None)
    {
        CheckImages(images);
        using var scope = NewDisposeScope();
        var trace = Trace(request);
        var tokens = _encoder.Embed(_tokenizer.call(images));
        var hasClassToken = _config.Pooling == CompactPooling.ClassToken;
        var grid = TokenGrid.Square(_config.LastMapSide, _config.TokenStride, prefix: hasClassToken ? 1 : 0);
        for (var i = 0; i < _encoder.Blocks.Count; i++)
        {
            tokens = trace.Run($"classifier.blocks.{i}", _encoder.Blocks[i], tokens, grid);
        }

        return new Features(
            [new BlockOutput("classifier.blocks", tokens, grid).AsMap()],
            _encoder.Pool(tokens),
            hasClassToken ? tokens.select(1, 0) : null
        )
        {
            Attention = trace.Attention,
            Blocks = trace.Blocks,
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlySet<string> constant_parameters() =>
        _config.Positions == CompactPositions.Sinusoidal
            ? new HashSet<string> { "classifier.positional_emb" }
            : new HashSet<string>();

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> layers() =>
        [
            ["tokenizer.", "classifier.positional_emb", "classifier.class_emb"],
            .. Enumerable.Range(0, _config.Depth).Select(i => (IReadOnlyList<string>)[$"classifier.blocks.{i}."]),
            ["classifier.norm.", "classifier.attention_pool.", "classifier.fc."],
        ];

    /// <inheritdoc/>
    /// <remarks>Learned positions as the authors resample them: bilinearly.</remarks>
    protected internal override Tensor? Resample(string name, Tensor source, IReadOnlyList<long> shape) =>
        name == "classifier.positional_emb" && source.dim() == 3 && source.shape[2] == shape[2]
            ? _encoder.ResamplePositions(source)
            : null;

    // The first classifier starts with the other layers, in their order; one that takes its place starts alone.
    private void Restart(Linear classifier)
    {
        if (_started)
        {
            Initialization.TruncatedNormal(classifier);
        }
    }
}
