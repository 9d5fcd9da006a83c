using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Training;
using static TorchSharp.torch;

namespace VitNotebooks.Experiments;

/// <summary>
/// The same start for all arms of a seed. Building two models from one seed is not enough: a head more shifts every draw
/// after it. So the reference arm is built first, and its weights go wherever another arm has the same name and shape.
/// </summary>
internal static class PairedInitialization
{
    public static VisionModel Build(ExperimentArm reference, ExperimentArm arm, int seed)
    {
        var start = RunRandomness.ForInitialization(seed);
        manual_seed(start);
        var model = arm.Build();
        if (ReferenceEquals(reference, arm))
        {
            return model;
        }
        manual_seed(start);
        using var first = reference.Build();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var theirs = first.state_dict();
        foreach (var (name, tensor) in model.state_dict())
        {
            if (theirs.TryGetValue(name, out var source) && source.shape.AsSpan().SequenceEqual(tensor.shape))
            {
                tensor.copy_(source);
            }
        }
        return model;
    }
}
