using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>How a block's output lies in memory.</summary>
public enum TokenLayout
{
    /// <summary>Tokens, <c>[B, N, C]</c>.</summary>
    Tokens,

    /// <summary>A map with its channels last, <c>[B, H, W, C]</c>.</summary>
    ChannelsLast,

    /// <summary>A map with its channels first, <c>[B, C, H, W]</c>.</summary>
    ChannelsFirst,
}

/// <summary>
/// Runs the blocks of a model one after another and keeps what was asked for: attention, outputs; or, while it trains with
/// checkpointing, keeps nothing and lets each block run again in backward.
/// </summary>
/// <param name="request">What to keep.</param>
/// <param name="checkpoint">Whether blocks run again in backward.</param>
public sealed class BlockTrace(FeatureRequest request, bool checkpoint)
{
    private readonly List<BlockAttention> _attention = [];
    private readonly List<BlockOutput> _blocks = [];
    private readonly HashSet<Tensor> _handedOut = new(ReferenceEqualityComparer.Instance);

    /// <summary>The attention of the blocks so far; empty unless asked for.</summary>
    public IReadOnlyList<BlockAttention> Attention => _attention;

    /// <summary>The outputs of the blocks so far; empty unless asked for.</summary>
    public IReadOnlyList<BlockOutput> Blocks => _blocks;

    /// <summary>The tensors that the trace keeps.</summary>
    public IEnumerable<Tensor> Kept => _attention.Select(a => a.Weights).Concat(_blocks.Select(b => b.Tokens));

    /// <summary>Runs a block and frees its input, unless the input was handed out or is to be kept.</summary>
    /// <param name="name">Path of the block in the model, e.g. <c>blocks.3</c>.</param>
    /// <param name="block">The block.</param>
    /// <param name="input">Its input.</param>
    /// <param name="grid">How its tokens lie, those of its attention and those it gives.</param>
    /// <param name="keepInput">Whether the caller still needs the input.</param>
    /// <param name="layout">How input and output lie in memory.</param>
    /// <returns>The output; where outputs are kept, one that lies behind what was handed out on the way of the gradient.</returns>
    /// <exception cref="ArgumentException">What is kept has other tokens than the grid.</exception>
    public Tensor Run(
        string name,
        nn.Module<Tensor, Tensor> block,
        Tensor input,
        TokenGrid grid,
        bool keepInput = false,
        TokenLayout layout = TokenLayout.Tokens
    )
    {
        var output =
            Shown(name, block, input, grid) ?? (checkpoint ? Checkpointing.Run(block, input) : block.call(input));
        if (!keepInput && !_handedOut.Contains(input))
        {
            input.Dispose();
        }

        return request.HasFlag(FeatureRequest.Blocks) ? HandOut(name, output, grid, layout) : output;
    }

    /// <summary>Runs what makes one vector of all tokens; its attention alone is kept.</summary>
    /// <param name="name">Its path in the model, e.g. <c>attn_pool</c>.</param>
    /// <param name="pooling">What pools, <c>[B, N, C] -> [B, C]</c>.</param>
    /// <param name="input">Its input, which is left to the caller.</param>
    /// <param name="grid">How the tokens of its input lie.</param>
    public Tensor RunPooling(string name, nn.Module<Tensor, Tensor> pooling, Tensor input, TokenGrid grid) =>
        Shown(name, pooling, input, grid) ?? pooling.call(input);

    // The output of a block whose attention is asked for and can be shown; null for any other.
    private Tensor? Shown(string name, nn.Module<Tensor, Tensor> block, Tensor input, TokenGrid grid)
    {
        if (!request.HasFlag(FeatureRequest.Attention) || block is not IShowsAttention { ShowsAttention: true } shows)
        {
            return null;
        }

        var (output, weights) = shows.forward_with_attention(input);
        var (queries, keys) = shows.attention_grids(grid);
        _attention.Add(new BlockAttention(name, weights, queries, keys, shows.Windows));
        return output;
    }

    private Tensor HandOut(string name, Tensor output, TokenGrid grid, TokenLayout layout)
    {
        var tokens = layout switch
        {
            TokenLayout.ChannelsLast => output.flatten(1, 2),
            TokenLayout.ChannelsFirst => output.flatten(2).transpose(1, 2),
            _ => output,
        };
        _blocks.Add(new BlockOutput(name, tokens, grid));
        _handedOut.Add(tokens);
        return layout switch
        {
            TokenLayout.ChannelsLast => tokens.view(output.shape),
            TokenLayout.ChannelsFirst => tokens.transpose(1, 2).reshape(output.shape),
            _ => output,
        };
    }
}
