namespace VitNotebooks.Losses;

/// <summary>How the weight of an auxiliary loss moves over the epochs.</summary>
public enum LambdaShape
{
    /// <summary>From 0 at epoch 0 linearly to the full weight, then linearly to 0 at the end: the authors' code.</summary>
    RiseAndFall,

    /// <summary>The full weight in every epoch: the paper.</summary>
    Constant,
}

/// <summary>The weight of an auxiliary loss over the epochs, as a factor in [0, 1].</summary>
/// <param name="Shape">How the weight moves.</param>
/// <param name="WarmupEpochs">Epoch in which a <see cref="LambdaShape.RiseAndFall"/> is at its full weight.</param>
/// <remarks>Source: <c>_weight_decay</c> in main.py of yhlleo/VTs-Drloc 6ac2c44.</remarks>
public sealed record LambdaSchedule(LambdaShape Shape, int WarmupEpochs = 0)
{
    /// <summary>The authors' schedule: zero in epoch 0, full in epoch 20, zero at the end.</summary>
    public static LambdaSchedule Authors { get; } = RiseAndFall(20);

    /// <summary>The full weight in every epoch.</summary>
    public static LambdaSchedule Constant { get; } = new(LambdaShape.Constant);

    /// <summary>Linear from 0 to full, then linear to 0 at the end.</summary>
    /// <param name="warmupEpochs">Epoch of the full weight; the authors' 20 for a horizon of 300.</param>
    public static LambdaSchedule RiseAndFall(int warmupEpochs) => new(LambdaShape.RiseAndFall, warmupEpochs);

    /// <summary>The factor of an epoch.</summary>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="totalEpochs">Epochs that the schedule spans (the authors' 300, of which they run 101).</param>
    /// <returns>
    /// <c>e / W</c> up to epoch W, then <c>1 - (e - W) / (E - W)</c>; 0 beyond the end, where the authors' code would go below.
    /// </returns>
    public double At(int epoch, int totalEpochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (Shape == LambdaShape.Constant)
        {
            return 1;
        }

        if (epoch <= WarmupEpochs)
        {
            return WarmupEpochs == 0 ? 1 : (double)epoch / WarmupEpochs;
        }

        return epoch >= totalEpochs ? 0 : 1 - (double)(epoch - WarmupEpochs) / (totalEpochs - WarmupEpochs);
    }
}
