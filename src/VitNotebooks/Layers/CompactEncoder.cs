using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>What a compact transformer has behind its tokenizer: positions, blocks, norm and pooling, <c>[B, N, C] -> [B, C]</c>.</summary>
/// <remarks>Names as in SHI-Labs/Compact-Transformers. The model runs the blocks itself, to look at what they give.</remarks>
public sealed class CompactEncoder : nn.Module<Tensor, Tensor>
{
    private readonly CompactConfig _config;

    [ComponentName(Name = "class_emb")]
    private readonly Parameter? _classToken;

    [ComponentName(Name = "positional_emb")]
    private readonly Parameter? _positions;

    [ComponentName(Name = "attention_pool")]
    private readonly Linear? _scores;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<CompactBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "pooling")]
    private readonly SequencePooling? _pooling;

    /// <param name="config">Says widths, depth and what is pooled.</param>
    public CompactEncoder(CompactConfig config)
        : base(nameof(CompactEncoder))
    {
        _config = config;
        if (config.Pooling == CompactPooling.ClassToken)
        {
            _classToken = nn.Parameter(zeros(1, 1, config.EmbedDim));
        }
        else
        {
            (_scores, _pooling) = (nn.Linear(config.EmbedDim, 1), new SequencePooling());
        }

        if (config.Positions == CompactPositions.Sinusoidal)
        {
            _positions = nn.Parameter(Sines(Tokens, config.EmbedDim), requires_grad: false);
        }
        else if (config.Positions == CompactPositions.Learned)
        {
            _positions = nn.Parameter(zeros(1, Tokens, config.EmbedDim));
            nn.init.trunc_normal_(_positions, std: 0.2);
        }
        var dropPath = DropPath.LinearRule(config.DropPath, config.Depth);
        var mlp = (int)(config.EmbedDim * config.MlpRatio);
        Blocks =
        [
            .. dropPath.Select(rate => new CompactBlock(
                config.EmbedDim,
                config.Heads,
                mlp,
                config.AttentionDropout,
                rate
            )),
        ];
        _blocks = nn.ModuleList([.. Blocks]);
        _norm = nn.LayerNorm(config.EmbedDim);
        RegisterComponents();
    }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<CompactBlock> Blocks { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = Embed(input);
        foreach (var block in Blocks)
        {
            tokens = block.call(tokens);
        }

        return Pool(tokens).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the class token before the tokens, where there is one, and adds the positions.</summary>
    /// <param name="tokens">Tokens of the image, <c>[B, N, C]</c>.</param>
    public Tensor Embed(Tensor tokens)
    {
        if (_classToken is null && _positions is null)
        {
            return tokens;
        }

        using var scope = NewDisposeScope();
        if (_classToken is not null)
        {
            tokens = cat([_classToken.expand(tokens.shape[0], -1, -1), tokens], dim: 1);
        }

        return (_positions is null ? tokens : tokens.add(_positions)).MoveToOuterDisposeScope();
    }

    /// <summary>What is classified of the last block's tokens, <c>[B, C]</c>.</summary>
    /// <param name="tokens">Its tokens, <c>[B, N, C]</c>.</param>
    public Tensor Pool(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        if (_pooling is null)
        {
            return _norm.call(tokens.select(1, 0)).MoveToOuterDisposeScope(); // a norm is taken token by token
        }

        var normalized = _norm.call(tokens);
        return _pooling.call(normalized, _scores!.call(normalized)).MoveToOuterDisposeScope();
    }

    /// <summary>Positions for the tokens of another image size; null where their number is no square.</summary>
    /// <param name="source">Those of the other size, <c>[1, N', C]</c>.</param>
    internal Tensor? ResamplePositions(Tensor source)
    {
        if (_config.Positions == CompactPositions.Sinusoidal)
        {
            return Sines(Tokens, _config.EmbedDim);
        }

        using var scope = NewDisposeScope();
        var first = _classToken is null ? 0 : 1;
        var cells = source.shape[1] - first;
        var side = (long)Math.Sqrt(cells);
        if (side < 1 || side * side != cells)
        {
            return null;
        }

        var grid = source.narrow(1, first, cells).view(1, side, side, -1).permute(0, 3, 1, 2);
        long[] wanted = [_config.LastMapSide, _config.LastMapSide];
        var resampled = nn.functional.interpolate(grid, size: wanted, mode: InterpolationMode.Bilinear);
        return cat([source.narrow(1, 0, first), resampled.flatten(2).transpose(1, 2)], dim: 1)
            .MoveToOuterDisposeScope();
    }

    private int Tokens => _config.LastMapSide * _config.LastMapSide + (_classToken is null ? 0 : 1);

    // Row p has sin(p / 10000^(2k/C)) in its even places 2k and the cosine in the odd ones, rounded as the authors round.
    private static Tensor Sines(int tokens, int width)
    {
        using var scope = NewDisposeScope();
        var angles = new float[tokens * width];
        for (var p = 0; p < tokens; p++)
        {
            for (var i = 0; i < width; i++)
            {
                angles[p * width + i] = (float)(p / Math.Pow(10000, 2 * (i / 2) / (double)width));
            }
        }

        var table = tensor(angles).view(tokens, width);
        var even = arange(width).remainder(2).eq(0);
        return where(even, table.sin(), table.cos()).unsqueeze(0).MoveToOuterDisposeScope();
    }
}
