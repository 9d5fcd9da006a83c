using static TorchSharp.torch.nn;

namespace TorchSharp;

/// <summary>A loss of two inputs.</summary>
public abstract class Loss<T1, T2, TResult> : Module<T1, T2, TResult>
{
    /// <param name="reduction">How the elements' losses become one.</param>
    protected Loss(Reduction reduction = Reduction.Mean)
        : base("Loss") => this.reduction = reduction;

    /// <summary>How the elements' losses become one.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of two inputs that weights its classes or elements.</summary>
public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
{
    /// <param name="weight">The weights, or null for equal ones; a buffer of the loss.</param>
    /// <param name="reduction">How the elements' losses become one.</param>
    protected WeightedLoss(torch.Tensor? weight = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        this.weight = weight;
        if (weight is not null)
        {
            register_buffer(nameof(weight), weight);
        }
    }

    /// <summary>The weights, or null for equal ones.</summary>
    public torch.Tensor? weight { get; }
}

/// <summary>A loss of three inputs.</summary>
public abstract class Loss<T1, T2, T3, TResult> : Module<T1, T2, T3, TResult>
{
    /// <param name="reduction">How the elements' losses become one.</param>
    protected Loss(Reduction reduction = Reduction.Mean)
        : base("Loss") => this.reduction = reduction;

    /// <summary>How the elements' losses become one.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of three inputs that weights its classes or elements.</summary>
public abstract class WeightedLoss<T1, T2, T3, TResult> : Loss<T1, T2, T3, TResult>
{
    /// <param name="weight">The weights, or null for equal ones; a buffer of the loss.</param>
    /// <param name="reduction">How the elements' losses become one.</param>
    protected WeightedLoss(torch.Tensor? weight = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        this.weight = weight;
        if (weight is not null)
        {
            register_buffer(nameof(weight), weight);
        }
    }

    /// <summary>The weights, or null for equal ones.</summary>
    public torch.Tensor? weight { get; }
}

/// <summary>A loss of four inputs.</summary>
public abstract class Loss<T1, T2, T3, T4, TResult> : Module<T1, T2, T3, T4, TResult>
{
    /// <param name="reduction">How the elements' losses become one.</param>
    protected Loss(Reduction reduction = Reduction.Mean)
        : base("Loss") => this.reduction = reduction;

    /// <summary>How the elements' losses become one.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of four inputs that weights its classes or elements.</summary>
public abstract class WeightedLoss<T1, T2, T3, T4, TResult> : Loss<T1, T2, T3, T4, TResult>
{
    /// <param name="weight">The weights, or null for equal ones; a buffer of the loss.</param>
    /// <param name="reduction">How the elements' losses become one.</param>
    protected WeightedLoss(torch.Tensor? weight = null, Reduction reduction = Reduction.Mean)
        : base(reduction)
    {
        this.weight = weight;
        if (weight is not null)
        {
            register_buffer(nameof(weight), weight);
        }
    }

    /// <summary>The weights, or null for equal ones.</summary>
    public torch.Tensor? weight { get; }
}
