using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Losses;

// Dense relative localization, "Efficient Training of Visual Transformers with Small Datasets", arXiv 2106.03746, mode l1;
// yhlleo/VTs-Drloc 6ac2c44 (drloc/aux_modules.py, drloc/losses.py). Code and paper differ: both are here as named forms,
// RelativeLocalizationOptions.Compat and .Fixed, and every switch between them can be set alone.
// Published: Swin-T on CIFAR-10 59.47 -> 83.89 after 100 epochs; others' baselines are far higher, see PaperTables.
// Costs 1.5% of Swin-T's multiply-adds at 64 pairs. Shown by notebooks/01-relative-localization.ipynb.

/// <summary>
/// Draws pairs of cells from the last map and lets a small head say from the two embeddings how far apart they are. No label is
/// needed, and the embeddings keep their gradient, so the backbone learns where things are.
/// </summary>
public sealed class RelativeLocalizationLoss : AuxiliaryLoss
{
    private readonly int _channels;

    [ComponentName(Name = "layers")]
    private readonly Sequential _layers;

    /// <param name="options">Every switch of the loss.</param>
    /// <param name="channels">Channels C of the map.</param>
    /// <param name="side">Side of the square map, in cells, before the loss's own pooling.</param>
    /// <exception cref="ArgumentException">The options do not fit the map; the message says what does.</exception>
    public RelativeLocalizationLoss(RelativeLocalizationOptions options, int channels, int side)
        : base("drloc")
    {
        var faults = options.Faults(nameof(RelativeLocalizationLoss), side);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        (Options, _channels, MapSide, Side) = (options, channels, side, options.SideAfterPooling(side));
        _layers = nn.Sequential(Head(options, channels));
        RegisterComponents();
    }

    /// <summary>Every switch of the loss.</summary>
    public RelativeLocalizationOptions Options { get; }

    /// <summary>Side of the map that the loss takes, in cells, before the pooling.</summary>
    public int MapSide { get; }

    /// <summary>Side k of the map that pairs are drawn from, after the pooling.</summary>
    public int Side { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The last map is not the square map that the loss was built for.</exception>
    public override Tensor forward(Features features, Generator? generator) => On(features.Last.Map, generator);

    /// <summary>The loss of one map: draws pairs and compares what the head says of them with how far apart they are.</summary>
    /// <param name="map">The map, <c>[B, C, k, k]</c> with the channels and the side that the loss was built for.</param>
    /// <param name="generator">Source of the pairs, on the CPU; null for the default one.</param>
    /// <exception cref="ArgumentException">The map has another shape.</exception>
    public Tensor On(Tensor map, Generator? generator)
    {
        if (map.dim() != 4 || map.shape[1] != _channels || map.shape[2] != MapSide || map.shape[3] != MapSide)
        {
            throw new ArgumentException(
                $"Relative localization: a map of shape [{string.Join(", ", map.shape)}] does not fit; "
                    + $"this loss was built for [B, {_channels}, {MapSide}, {MapSide}].",
                nameof(map)
            );
        }

        using var scope = NewDisposeScope();
        var pairs = LocalizationPairs.Draw(map.shape[0], Options.Pairs, Side, generator);
        return Of(Predict(map, pairs.Rows), pairs.Offsets).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of predictions, by the form's target and reduction.</summary>
    /// <param name="predictions">What the head says, <c>[B * m, 2]</c>.</param>
    /// <param name="offsets">Absolute offsets in cells, <c>[B * m, 2]</c>.</param>
    public Tensor Of(Tensor predictions, Tensor offsets)
    {
        using var scope = NewDisposeScope();
        var target = offsets.to(predictions.device, non_blocking: true);
        if (Options.Target == LocalizationTarget.Fraction)
        {
            target = target.div(Side);
        }

        var mean = nn.functional.l1_loss(predictions, target);
        // Both coordinates of a pair count in full: the mean of the norms is twice the mean of the coordinates.
        return (Options.Reduction == LocalizationReduction.PairNorm ? mean.mul(2) : mean).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override double WeightAt(int epoch, int totalEpochs) =>
        Options.Weight * Options.Schedule.At(epoch, totalEpochs);

    private Tensor Predict(Tensor map, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var pooled = Options.Pooling switch
        {
            MapPooling.Average3x3 => nn.functional.avg_pool2d(map, 3, stride: 2, padding: 1, count_include_pad: false),
            MapPooling.Average2x2 => nn.functional.avg_pool2d(map, 2, stride: 2),
            _ => map,
        };
        var tokens = pooled.permute(0, 2, 3, 1).reshape(-1, _channels);
        // Both embeddings of a pair are neighbours in the gathered rows: no concatenation.
        var pairs = tokens.index_select(0, rows.to(map.device, non_blocking: true)).view(-1, 2 * _channels);
        return _layers.call(pairs).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Head(
        RelativeLocalizationOptions options,
        int channels
    )
    {
        var width = 2 * channels;
        for (var i = 0; i < options.HiddenLayers; i++)
        {
            yield return ($"{2 * i}", nn.Linear(width, options.HiddenWidth));
            yield return ($"{2 * i + 1}", nn.ReLU());
            width = options.HiddenWidth;
        }
        yield return ($"{2 * options.HiddenLayers}", nn.Linear(width, 2));
    }
}
