using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A stage of CvT: a convolutional embedding and blocks on its tokens, <c>[B, C, H, W] -> [B, N, C']</c>.</summary>
/// <remarks>Names are Microsoft's; <c>pos_embed</c> is where their <c>no_weight_decay</c> and their loader expect positions.</remarks>
public sealed class CvtStage : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "cls_token")]
    private readonly Parameter? _classToken;

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter? _positions;

    [ComponentName(Name = "patch_embed")]
    private readonly ConvolutionalEmbedding _patchEmbed;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    /// <param name="embedding">What makes the tokens.</param>
    /// <param name="blocks">The blocks, in the order in which they run.</param>
    /// <param name="embedDim">Width C' of a token.</param>
    /// <param name="side">Side of the map of tokens, in cells.</param>
    /// <param name="classToken">Whether a learned token stands before the cells.</param>
    /// <param name="positions">Whether a learned position is added to every token, the class token included.</param>
    public CvtStage(
        ConvolutionalEmbedding embedding,
        TransformerBlock[] blocks,
        int embedDim,
        int side,
        bool classToken,
        bool positions
    )
        : base(nameof(CvtStage))
    {
        Blocks = blocks;
        _patchEmbed = embedding;
        _blocks = nn.ModuleList(blocks);
        _classToken = classToken ? nn.Parameter(zeros(1, 1, embedDim)) : null;
        _positions = positions ? nn.Parameter(zeros(1, ((long)side * side) + (classToken ? 1 : 0), embedDim)) : null;
        RegisterComponents();
        if (_classToken is not null)
        {
            nn.init.trunc_normal_(_classToken, std: Initialization.Deviation);
        }

        if (_positions is not null)
        {
            nn.init.trunc_normal_(_positions, std: Initialization.Deviation);
        }

        Initialization.TruncatedNormal(this);
    }

    /// <summary>The blocks, in the order in which they run.</summary>
    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>Whether a learned token stands before the cells.</summary>
    public bool HasClassToken => _classToken is not null;

    /// <summary>The tokens that the blocks start from, <c>[B, N, C']</c>.</summary>
    /// <param name="map">The image, or the map of the stage before, <c>[B, C, H, W]</c>.</param>
    public Tensor Embed(Tensor map)
    {
        using var scope = NewDisposeScope();
        var tokens = _patchEmbed.call(map).flatten(1, 2);
        if (_classToken is not null)
        {
            tokens = cat([_classToken.expand(tokens.shape[0], -1, -1), tokens], dim: 1);
        }

        if (_positions is not null)
        {
            tokens = tokens.add(_positions);
        }

        return tokens.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var tokens = Embed(input);
        foreach (var block in Blocks)
        {
            var next = block.call(tokens);
            tokens.Dispose();
            tokens = next;
        }
        return tokens;
    }
}
