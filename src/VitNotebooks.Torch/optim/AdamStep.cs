using TorchSharp.Dispatch;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// One step of Adam (arXiv 1412.6980) or AdamW (arXiv 1711.05101), with aten's order of operations. Dense float32 on the CPU goes
/// through our fused kernel, everything else through plain ops; the two agree within 1e-6.
/// </summary>
internal static class AdamStep
{
    /// <summary>What Adam and AdamW remember of a parameter.</summary>
    public interface IState
    {
        /// <summary>Counts a step and gives what it works on.</summary>
        Item Next(Parameter parameter);
    }

    public readonly record struct Item(Parameter Parameter, Tensor Mean, Tensor Square, Tensor? Top, long Step);

    public static void Run(IEnumerable<Parameter> group, Func<Parameter, IState> stateOf, in AdamNumbers numbers)
    {
        var parameters = (IReadOnlyList<Parameter>)group;
        var has = new byte[parameters.Count];
        FusedKernels.HasGradients(parameters, has);
        var items = new List<Item>(parameters.Count);
        for (var i = 0; i < has.Length; i++)
        {
            if (has[i] != 0)
            {
                items.Add(stateOf(parameters[i]).Next(parameters[i]));
            }
        }
        Run(items, numbers);
    }

    private static void Run(IReadOnlyList<Item> items, in AdamNumbers numbers)
    {
        if (items.Count == 0 || Fused(items, numbers))
        {
            return;
        }
        // One tensor of another kind must not slow down the rest.
        foreach (var item in items)
        {
            if (!Fused([item], numbers))
            {
                using var scope = NewDisposeScope();
                Plain(item, numbers);
            }
        }
    }

    private static bool Fused(IReadOnlyList<Item> items, in AdamNumbers numbers) =>
        FusedKernels.Adam(
            [.. items.Select(i => (Tensor)i.Parameter)],
            [.. items.Select(i => i.Mean)],
            [.. items.Select(i => i.Square)],
            items[0].Top is null ? null : [.. items.Select(i => i.Top!)],
            items.Select(i => i.Step).ToArray(),
            numbers
        );

    private static void Plain(in Item item, in AdamNumbers n)
    {
        var grad = item.Parameter.grad!;
        if (n.Maximize)
        {
            grad = Aten.neg(grad);
        }
        if (n.Decoupled)
        {
            Aten.mul__Scalar(item.Parameter, 1 - (n.LearningRate * n.WeightDecay));
        }
        else if (n.WeightDecay != 0)
        {
            grad = Aten.add_Tensor(grad, item.Parameter, alpha: n.WeightDecay);
        }
        Aten.mul__Scalar(item.Mean, n.Beta1);
        Aten.add__Tensor(item.Mean, grad, alpha: 1 - n.Beta1);
        Aten.mul__Scalar(item.Square, n.Beta2);
        Aten.addcmul_(item.Square, grad, grad, value: 1 - n.Beta2);
        var square = item.Square;
        if (item.Top is { } top)
        {
            square = Aten.maximum_out(top, square, top);
        }
        var first = 1 - Math.Pow(n.Beta1, item.Step);
        var root = Math.Sqrt(1 - Math.Pow(n.Beta2, item.Step));
        var denominator = Aten.sqrt(square);
        Aten.div__Scalar(denominator, root);
        Aten.add__Scalar(denominator, n.Eps);
        Aten.addcdiv_(item.Parameter, item.Mean, denominator, value: -(n.LearningRate / first));
    }
}
