using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>The mean of tokens, weighted by a softmax over their scores (CCT, arXiv 2104.05704): <c>[B, N, C], [B, N, 1] -> [B, C]</c>.</summary>
public sealed class SequencePooling() : nn.Module<Tensor, Tensor, Tensor>(nameof(SequencePooling))
{
    /// <param name="tokens">Tokens, <c>[B, N, C]</c>.</param>
    /// <param name="scores">A score a token, <c>[B, N, 1]</c>.</param>
    public override Tensor forward(Tensor tokens, Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scores.softmax(1).transpose(1, 2).matmul(tokens).squeeze(1).MoveToOuterDisposeScope();
    }
}
