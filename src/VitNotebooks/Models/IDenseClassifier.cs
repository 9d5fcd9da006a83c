using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>A model that says a class of every cell of its last map as well as of the image: what token labeling trains (LV-ViT).</summary>
public interface IDenseClassifier
{
    /// <summary>Whether the model was built with a dense head.</summary>
    bool classifies_cells { get; }

    /// <summary>The logits of every cell, row by row: <c>[B, cells, classes]</c>.</summary>
    /// <param name="features">What the model saw.</param>
    /// <exception cref="InvalidOperationException">The model was built without a dense head.</exception>
    Tensor forward_dense(Features features);
}
