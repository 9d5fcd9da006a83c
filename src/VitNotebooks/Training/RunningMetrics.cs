using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// Sums over an epoch, kept on the device so that a training step never waits for it: loss, auxiliary loss, accuracy and
/// gradient norm, each weighted by the batch's images, in double precision. Part of a checkpoint within an epoch.
/// </summary>
internal sealed class RunningMetrics : IDisposable
{
    private const int Values = 4;
    private readonly Tensor _sums;

    public RunningMetrics(Device device)
    {
        _sums = zeros(Values, dtype: float64, device: device);
        _sums.DetachFromDisposeScope();
    }

    /// <summary>Images counted so far.</summary>
    public long Images { get; private set; }

    /// <summary>The sums themselves, for a checkpoint.</summary>
    public Tensor Sums => _sums;

    /// <summary>Adds a batch without a host sync.</summary>
    /// <param name="loss">Cross-entropy, scalar.</param>
    /// <param name="auxiliary">Unweighted auxiliary loss, scalar.</param>
    /// <param name="logits">[B, K].</param>
    /// <param name="labels">[B].</param>
    /// <param name="norm">Gradient norm before clipping, scalar.</param>
    /// <param name="images">Images of the batch.</param>
    public void Add(Tensor loss, Tensor auxiliary, Tensor logits, Tensor labels, Tensor norm, int images)
    {
        using var scope = NewDisposeScope();
        var right = logits.detach().argmax(1).eq(labels).to(float64).mean();
        var row = stack([
            loss.detach().to(float64),
            auxiliary.detach().to(float64),
            right,
            norm.detach().to(float64).reshape([]),
        ]);
        _sums.add_(row, images);
        Images += images;
    }

    /// <summary>Takes the sums to the host; on a GPU this waits for it.</summary>
    public Reading Read()
    {
        using var scope = NewDisposeScope();
        var sums = _sums.cpu().data<double>().ToArray();
        double n = Math.Max(Images, 1);
        return new Reading(sums[0] / n, sums[1] / n, sums[2] / n, sums[3] / n, Images);
    }

    /// <summary>Starts a new epoch.</summary>
    public void Clear()
    {
        _sums.zero_();
        Images = 0;
    }

    /// <summary>Takes up the sums of a checkpoint.</summary>
    public void Restore(Tensor sums, long images)
    {
        _sums.copy_(sums);
        Images = images;
    }

    public void Dispose() => _sums.Dispose();

    /// <summary>Means over the images counted.</summary>
    internal readonly record struct Reading(double Loss, double Auxiliary, double Accuracy, double Norm, long Images)
    {
        public bool Finite => double.IsFinite(Loss) && double.IsFinite(Auxiliary) && double.IsFinite(Norm);
    }
}
