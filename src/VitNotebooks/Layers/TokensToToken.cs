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
    private readonly nn.Module<Tensor, Tensor>[] _attentions;
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
        _attentions = new nn.Module<Tensor, Tensor>[_splits.Length - 1];
        for (var i = 0; i < _attentions.Length; i++)
            _attentions[i] = attention((i == 0 ? channels : tokenDim) * kernels[i] * kernels[i]);
        _project = nn.Linear((long)tokenDim * kernels[^1] * kernels[^1], embedDim);
        for (var i = 0; i < _splits.Length; i++)
            register_module($"soft_split{i}", _splits[i]);
        for (var i = 0; i < _attentions.Length; i++)
            register_module(AttentionName(i), _attentions[i]);
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
    /// <param name="images">Images, <c>[B, channels, H, W]</c>, square.</param>
    /// <param name="trace">Runs the token transformers.</param>
    public (Tensor Tokens, IReadOnlyList<Tensor> Maps) Embed(Tensor images, BlockTrace trace)
    {
        using var scope = NewDisposeScope();
        var maps = new Tensor[_attentions.Length];
        var map = images;
        for (var i = 0; i < maps.Length; i++)
        {
            var step = i;
            maps[i] = map = trace.RunStem(input => Restructure(step, input), map);
        }
        var tokens = _project.call(_splits[^1].call(map));
        foreach (var kept in maps)
            kept.MoveToOuterDisposeScope();
        return (tokens.MoveToOuterDisposeScope(), maps);
    }

    // Split, attend, and lay the tokens out as a map: a view whose channels lie last.
    private Tensor Restructure(int step, Tensor map)
    {
        using var scope = NewDisposeScope();
        var tokens = _attentions[step].call(_splits[step].call(map));
        var side = (long)Math.Sqrt(tokens.shape[1]);
        return tokens.transpose(1, 2).view(tokens.shape[0], -1, side, side).MoveToOuterDisposeScope();
    }
}
