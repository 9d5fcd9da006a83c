using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The last changes of gradient and parameters, from which L-BFGS estimates the curvature.</summary>
internal sealed class LbfgsMemory(long size) : IDisposable
{
    private readonly record struct Change(Tensor Gradient, Tensor Step, double Inverse);

    private readonly List<Change> _changes = [];
    private double _scale = 1;

    /// <summary>Remembers a change, unless its curvature is next to nothing.</summary>
    public void Add(Tensor gradient, Tensor step)
    {
        var curvature = Dot(gradient, step);
        if (curvature <= 1e-10)
        {
            return;
        }
        if (_changes.Count == size)
        {
            Forget(0);
        }
        _changes.Add(new(gradient.DetachFromDisposeScope(), step.DetachFromDisposeScope(), 1 / curvature));
        _scale = curvature / Dot(gradient, gradient);
    }

    /// <summary>Minus the gradient times the estimated inverse of the Hessian, by the two loops of Nocedal (1980).</summary>
    public Tensor Direction(Tensor gradient)
    {
        var result = Aten.neg(gradient);
        var weights = new double[_changes.Count];
        for (var i = weights.Length - 1; i >= 0; i--)
        {
            weights[i] = Dot(_changes[i].Step, result) * _changes[i].Inverse;
            Aten.add__Tensor(result, _changes[i].Gradient, alpha: -weights[i]);
        }
        if (_scale != 1)
        {
            Aten.mul__Scalar(result, _scale);
        }
        for (var i = 0; i < weights.Length; i++)
        {
            var back = Dot(_changes[i].Gradient, result) * _changes[i].Inverse;
            Aten.add__Tensor(result, _changes[i].Step, alpha: weights[i] - back);
        }
        return result;
    }

    public void Dispose()
    {
        while (_changes.Count > 0)
        {
            Forget(_changes.Count - 1);
        }
    }

    private void Forget(int index)
    {
        _changes[index].Gradient.Dispose();
        _changes[index].Step.Dispose();
        _changes.RemoveAt(index);
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var product = Aten.dot(a, b);
        return Aten.item(product).ToDouble();
    }
}
