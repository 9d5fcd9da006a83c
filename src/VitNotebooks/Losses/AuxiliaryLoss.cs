using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Losses;

/// <summary>A loss that trains with the classification: total = classification + sum of <see cref="WeightAt"/> x loss.</summary>
/// <remarks>It is a submodule of its model, so that its head is trained, saved and moved with it.</remarks>
public abstract class AuxiliaryLoss : nn.Module
{
    /// <param name="name">Short name, as logs and metrics show it.</param>
    protected AuxiliaryLoss(string name)
        : base(name) => Name = name;

    /// <summary>Short name, as logs and metrics show it.</summary>
    public string Name { get; }

    /// <summary>The loss of a batch, unweighted: one number with a gradient. No value leaves the device.</summary>
    /// <param name="features">What the model saw.</param>
    /// <param name="generator">Source of the loss's random choices, on the CPU; null for the default one.</param>
    public abstract Tensor forward(Features features, Generator? generator);

    /// <summary>Weight of the loss in an epoch.</summary>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="totalEpochs">Epochs that the schedule spans; a recipe may run fewer.</param>
    public abstract double WeightAt(int epoch, int totalEpochs);
}
