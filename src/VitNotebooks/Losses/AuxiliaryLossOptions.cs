using VitNotebooks.Models;

namespace VitNotebooks.Losses;

/// <summary>
/// What an auxiliary loss is: everything that decides what it computes. It is part of the configuration of the model that it
/// trains with; <see cref="AuxiliaryLosses.Register"/> makes a loss of your own storable.
/// </summary>
public abstract record AuxiliaryLossOptions
{
    /// <summary>Short name of the loss, as logs show it and as its parameters' names begin, e.g. <c>drloc</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Everything that keeps the loss from training with a model, one sentence each; empty when it can.</summary>
    /// <param name="model">What the model is; its own shape is free of faults.</param>
    public abstract IReadOnlyList<string> Faults(ModelConfig model);

    /// <summary>Builds the loss with fresh weights.</summary>
    /// <param name="model">What the model is; <see cref="Faults"/> finds nothing in it.</param>
    public abstract AuxiliaryLoss Create(ModelConfig model);
}
