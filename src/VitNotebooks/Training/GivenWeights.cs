using System.Runtime.CompilerServices;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>
/// A run trains a given model in place, so the same call on the same object finds other weights than the first one did. This
/// remembers, for as long as the object lives, from which weights a run began and which it left, so that a cell that was
/// interrupted can be run again and goes on. Weights that anyone else has changed since are a new start.
/// </summary>
internal static class GivenWeights
{
    private static readonly ConditionalWeakTable<VisionModel, Trace> Traces = [];

    /// <summary>What the last run of this model left behind, if nobody has changed the weights since.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Hash of the weights that it has now.</param>
    public static Trace? LeftBy(VisionModel model, string weights) =>
        Traces.TryGetValue(model, out var trace) && string.Equals(trace.Left, weights, StringComparison.Ordinal)
            ? trace
            : null;

    /// <summary>Remembers a run that ended, however it ended.</summary>
    public static void Remember(VisionModel model, Trace trace) => Traces.AddOrUpdate(model, trace);

    /// <summary>A run of a given model.</summary>
    /// <param name="Folder">The run's folder.</param>
    /// <param name="Start">What its identity says about the start.</param>
    /// <param name="Left">Hash of the weights when it ended.</param>
    internal sealed record Trace(string Folder, string Start, string Left);
}
