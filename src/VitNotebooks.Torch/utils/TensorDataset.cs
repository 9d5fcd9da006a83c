using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Tensors of one length; sample i is row i of each.</summary>
public class TensorDataset : utils.data.IterableDataset
{
    private readonly Tensor[] _tensors;

    internal TensorDataset(Tensor[] tensors)
    {
        if (tensors is null || tensors.Length == 0)
        {
            throw new ArgumentException("TensorDataset: no tensors are given; expected at least one.", nameof(tensors));
        }
        if (tensors.Any(t => t.Dimensions == 0 || t.size(0) != tensors[0].size(0)))
        {
            var shapes = string.Join(", ", tensors.Select(t => $"[{string.Join(", ", t.shape)}]"));
            throw new ArgumentException(
                $"TensorDataset: the tensors' shapes are {shapes}; expected the same first dimension for all.",
                nameof(tensors)
            );
        }
        // The data set outlives the scope it is made in.
        _tensors = [.. tensors.Select(t => Aten.alias(t).DetachFromDisposeScope())];
    }

    public IList<Tensor> this[long index] => [.. _tensors.Select(t => t[index])];

    public override long Count => _tensors[0].size(0);

    public override IList<Tensor> GetTensor(long index) => this[index];

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }
        base.Dispose(disposing);
    }
}
