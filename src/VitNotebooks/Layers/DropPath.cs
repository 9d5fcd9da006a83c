using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Layers;

/// <summary>How the probability of <see cref="DropPath"/> goes from the first block to the last.</summary>
public enum DropPathRule
{
    /// <summary>It grows linearly from 0 at the first one.</summary>
    Linear,

    /// <summary>It is the same for all, as in DeiT III (arXiv 2204.07118).</summary>
    Constant,
}

/// <summary>
/// A residual connection with stochastic depth (arXiv 1603.09382): <c>x + mask * branch</c>, where the mask drops whole
/// samples with probability <see cref="Probability"/> and scales the others by <c>1 / (1 - p)</c>. Plain addition in eval mode.
/// </summary>
/// <remarks>
/// Sum and mask are one operation (<c>addcmul</c>), so that the scaled branch is never written to memory.
/// The mask comes from the default generator of the device, one Bernoulli draw a sample, as timm's <c>DropPath</c> draws it.
/// </remarks>
public sealed class DropPath : nn.Module<Tensor, Tensor, Tensor>
{
    /// <param name="probability">Chance in [0, 1) that a sample loses the branch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    public DropPath(double probability)
        : base(nameof(DropPath))
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                $"DropPath: probability {probability} is not in [0, 1)."
            );
        }

        Probability = probability;
    }

    /// <summary>Chance in [0, 1) that a sample loses the branch.</summary>
    public double Probability { get; }

    /// <summary>Adds the branch to the input.</summary>
    /// <param name="input">The residual stream, <c>[B, ...]</c>.</param>
    /// <param name="branch">What is added to it, the same shape; it may be a strided view.</param>
    public override Tensor forward(Tensor input, Tensor branch)
    {
        if (!training || Probability == 0)
        {
            return input.add(branch);
        }

        using var scope = NewDisposeScope();
        var keep = 1 - Probability;
        var shape = new long[input.dim()];
        Array.Fill(shape, 1);
        shape[0] = input.shape[0];
        var mask = input.new_empty(shape).bernoulli_(keep).div_(keep);
        return input.addcmul(branch, mask, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The rates of all blocks of a model by a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="rate">Probability of the last block.</param>
    /// <param name="blocks">Number of blocks in the whole model.</param>
    public static double[] Rates(DropPathRule rule, double rate, int blocks) =>
        rule == DropPathRule.Constant ? [.. Enumerable.Repeat(rate, blocks)] : LinearRule(rate, blocks);

    /// <summary>The linear rule of Swin and timm: block i of n drops with probability <c>rate * i / (n - 1)</c>.</summary>
    /// <param name="rate">Probability of the last block.</param>
    /// <param name="blocks">Number of blocks in the whole model.</param>
    public static double[] LinearRule(double rate, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(i => blocks == 1 ? 0 : rate * i / (blocks - 1))];
}
