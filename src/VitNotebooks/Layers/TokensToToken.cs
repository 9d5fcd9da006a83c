using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>
/// The tokens-to-token module (T2T-ViT, arXiv 2101.11986), <c>[B, 3, H, W] -> [B, N, C]</c>: a soft split, a token transformer, its tokens
/// laid out as a map again, and so on; the tokens of the last split are projected. Names as in yitu-opensource/T2T-ViT.
/// </summary>
public sealed class TokensToToken : nn.Module<Tensor, Tensor>
{
    private readonly SoftSplit[] _splits;
    private readonly Step[] _steps;
    private readonly Linear _project;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="kernels">Side of the squares of each split.</param>
    /// <param name="strides">Stride of each split, as many as kernels.</param>
    /// <param name="tokenDim">Width of the tokens between the splits.</param>
    /// <param name="embedDim">Width C of the tokens that come out.</param>
    /// <param name="attention">Makes a token transformer for an input of a width: <see cref="TokenPerformer"/>, <see cref="TokenTransformer"/>,
    /// or one of your own, <c>[B, N, width] -> [B, N, tokenDim]</c>.</param>
    public TokensToToken(
        int channels,
        IReadOnlyList<int> kernels,
        IReadOnlyList<int> strides,
        int tokenDim,
        int embedDim,
        Func<int, nn.Module<Tensor, Tensor>> attention
    )
        : base(nameof(TokensToToken))
    {
        _splits = [.. kernels.Zip(strides, (kernel, stride) => new SoftSplit(kernel, stride))];
        _steps = new Step[_splits.Length - 1];
        for (var i = 0; i < _steps.Length; i++)
        {
            _steps[i] = new Step(_splits[i], attention((i == 0 ? channels : tokenDim) * kernels[i] * kernels[i]));
        }

        _project = nn.Linear((long)tokenDim * kernels[^1] * kernels[^1], embedDim);
        for (var i = 0; i < _splits.Length; i++)
        {
            register_module($"soft_split{i}", _splits[i]);
        }

        for (var i = 0; i < _steps.Length; i++)
        {
            register_module(AttentionName(i), _steps[i].Attention);
        }

        register_module("project", _project);
    }

    /// <summary>Name of a token transformer in this module: <c>attention1</c>, <c>attention2</c>, ...</summary>
    /// <param name="index">Its number, from 0.</param>
    public static string AttentionName(int index) => $"attention{index + 1}";

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Embed(input, new BlockTrace(FeatureRequest.None, checkpoint: false)).Tokens.MoveToOuterDisposeScope();
    }

    /// <summary>The tokens, and the map that every token transformer gave, <c>[B, tokenDim, H, W]</c>, finest first.</summary>
    /// <param name="images">Images, <c>[B, channels, H, W]</c>.</param>
    /// <param name="trace">Runs the token transformers.</param>
    /// <param name="prefix">What the names of its blocks begin with, e.g. <c>tokens_to_token.</c></param>
    public (Tensor Tokens, IReadOnlyList<FeatureMap> Maps) Embed(Tensor images, BlockTrace trace, string prefix = "")
    {
        using var scope = NewDisposeScope();
        var maps = new FeatureMap[_steps.Length];
        var grid = new TokenGrid(0, (int)images.shape[2], (int)images.shape[3], 0, Stride: 1);
        var map = images;
        for (var i = 0; i < maps.Length; i++)
        {
            var name = prefix + AttentionName(i);
            grid = _splits[i].GridOf(grid);
            var tokens = trace.Run(name, _steps[i], map, grid, keepInput: true);
            maps[i] = new BlockOutput(name, tokens, grid).AsMap();
            map = maps[i].Map;
        }
        var embedded = _project.call(_splits[^1].call(map));
        foreach (var kept in trace.Kept.Concat(maps.Select(m => m.Map)))
        {
            kept.MoveToOuterDisposeScope();
        }

        return (embedded.MoveToOuterDisposeScope(), maps);
    }

    // A token transformer behind its split, which runs again in backward as it does. It owns neither.
    private sealed class Step(SoftSplit split, nn.Module<Tensor, Tensor> attention)
        : nn.Module<Tensor, Tensor>(nameof(Step)),
            IShowsAttention
    {
        public nn.Module<Tensor, Tensor> Attention => attention;

        public bool ShowsAttention => attention is IShowsAttention { ShowsAttention: true };

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return attention.call(split.call(input)).MoveToOuterDisposeScope();
        }

        public (Tensor Output, Tensor Weights) forward_with_attention(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (output, weights) = ((IShowsAttention)attention).forward_with_attention(split.call(input));
            return scope.MoveToOuter(output, weights);
        }
    }
}
