using VitNotebooks.Models;

namespace VitNotebooks.Layers;

/// <summary>A layer that can say its output shape, parameters and multiply-adds without being run.</summary>
/// <remarks>A block of your own that implements it appears in <see cref="VisionModel.summary"/> with its true costs.</remarks>
public interface ISummarized
{
    /// <summary>Describes the layer for one input.</summary>
    /// <param name="path">Where the layer sits in its model, e.g. <c>layers.0.blocks.1</c>.</param>
    /// <param name="input">Shape of the input, batch dimension included.</param>
    ModelSummary Summarize(string path, IReadOnlyList<long> input);
}
