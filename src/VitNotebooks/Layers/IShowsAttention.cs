using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>A block or an attention that can hand out how much each token attends to each other one.</summary>
/// <remarks>An attention of your own that implements it appears in <see cref="Models.Features.Attention"/>.</remarks>
public interface IShowsAttention
{
    /// <summary>What <c>forward</c> computes, bit for bit, and the weights behind the softmax.</summary>
    /// <param name="input">Tokens, <c>[B, N, C]</c>, or a map, <c>[B, H, W, C]</c>.</param>
    /// <returns>The output, and the weights, every row of which sums to 1: <c>[B, heads, N, M]</c>, or
    /// <c>[B, windows, heads, cells, cells]</c> inside windows. They lie on the way of the gradient.</returns>
    (Tensor Output, Tensor Weights) forward_with_attention(Tensor input);

    /// <summary>Whether it can at all: a block around a part that cannot show its attention cannot either.</summary>
    bool ShowsAttention => true;

    /// <summary>How it cuts its map into windows; null where every token sees every other one.</summary>
    ShiftedWindows? Windows => null;

    /// <summary>How the N tokens lie that attend, and the M that are attended to; by default both as they come in.</summary>
    /// <param name="tokens">How the tokens lie that come in.</param>
    (TokenGrid Queries, TokenGrid Keys) attention_grids(TokenGrid tokens) => (tokens, tokens);
}
