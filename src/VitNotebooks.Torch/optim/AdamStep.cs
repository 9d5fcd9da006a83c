using TorchSharp.Dispatch;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// One step of Adam (arXiv 1412.6980) or AdamW (arXiv 1711.05101), with aten's order of operations. What is dense on the CPU
/// in float32 or a half precision goes through our fused kernel, the rest through libtorch's ops on lists; in float32 the two agree
/// within 1e-6.
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
        var rest = new List<Item>();
        foreach (var item in items)
        {
            if (!Fused([item], numbers))
            {
                rest.Add(item);
            }
        }
        if (rest.Count > 0)
        {
            using var scope = NewDisposeScope();
            OnLists(rest, numbers);
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

    private static void OnLists(List<Item> items, in AdamNumbers n)
    {
        var (beta1, beta2) = (n.Beta1, n.Beta2);
        Tensor[] parameters = [.. items.Select(i => (Tensor)i.Parameter)];
        Tensor[] grads = [.. items.Select(i => i.Parameter.grad!)];
        Tensor[] means = [.. items.Select(i => i.Mean)];
        Tensor[] squares = [.. items.Select(i => i.Square)];
        if (n.Maximize)
        {
            grads = Aten._foreach_neg(grads);
        }
        if (n.Decoupled)
        {
            Aten._foreach_mul__Scalar(parameters, 1 - (n.LearningRate * n.WeightDecay));
        }
        else if (n.WeightDecay != 0)
        {
            grads = Aten._foreach_add_List(grads, parameters, alpha: n.WeightDecay);
        }
        Aten._foreach_mul__Scalar(means, beta1);
        Aten._foreach_add__List(means, grads, alpha: 1 - beta1);
        Aten._foreach_mul__Scalar(squares, beta2);
        Aten._foreach_addcmul__Scalar(squares, grads, grads, value: 1 - beta2);
        for (var i = 0; i < squares.Length; i++)
        {
            if (items[i].Top is { } top)
            {
                squares[i] = Aten.maximum_out(top, squares[i], top);
            }
        }
        var roots = items.ConvertAll(i => (ScalarValue)Math.Sqrt(1 - Math.Pow(beta2, i.Step)));
        var lr = n.LearningRate;
        var rates = items.ConvertAll(i => (ScalarValue)(-lr / (1 - Math.Pow(beta1, i.Step))));
        var denominators = Aten._foreach_sqrt(squares);
        Aten._foreach_div__ScalarList(denominators, roots.ToArray());
        Aten._foreach_add__Scalar(denominators, n.Eps);
        Aten._foreach_addcdiv__ScalarList(parameters, means, denominators, rates.ToArray());
    }
}
