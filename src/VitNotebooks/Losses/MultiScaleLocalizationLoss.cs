using TorchSharp;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Losses;

// Dense relative localization on the maps of all stages: yhlleo/VTs-Drloc 6ac2c44, models/swin.py with --use_multiscale. The paper's
// variant "all" (arXiv 2106.03746, table 1b) takes the output of every block instead, and is worse than none of the loss: 81.88 against 82.76.
// VisionModels.Swin().WithRelativeLocalization(l => l.Scales(LocalizationScales.All)) trains with it.

/// <summary>The dense relative localization loss on every scale of a model: a head each, pairs of its own each, the losses summed.</summary>
public sealed class MultiScaleLocalizationLoss : AuxiliaryLoss
{
    private readonly RelativeLocalizationOptions _options;
    private readonly RelativeLocalizationLoss[] _heads;

    /// <param name="options">Every switch of the loss, for all scales alike.</param>
    /// <param name="scales">The maps, finest first (<see cref="ModelConfig.Scales"/>).</param>
    /// <exception cref="ArgumentException">The options do not fit a map; the message says what does.</exception>
    public MultiScaleLocalizationLoss(RelativeLocalizationOptions options, IReadOnlyList<MapShape> scales)
        : base("drloc")
    {
        _options = options;
        _heads = [.. scales.Select(scale => new RelativeLocalizationLoss(options, scale.Width, scale.Side))];
        for (var i = 0; i < _heads.Length; i++)
        {
            register_module($"{i}", _heads[i]); // drloc.0 to drloc.3, as the authors' list names them
        }
    }

    /// <summary>The loss of each scale, finest first.</summary>
    public IReadOnlyList<RelativeLocalizationLoss> Heads => _heads;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The scales are not those that the loss was built for.</exception>
    public override Tensor forward(Features features, Generator? generator)
    {
        if (features.Scales.Count != _heads.Length)
        {
            throw new ArgumentException(
                $"Relative localization: {features.Scales.Count} scales do not fit; this loss was built for {_heads.Length}, "
                    + $"of sides {string.Join(", ", _heads.Select(head => head.MapSide))}.",
                nameof(features)
            );
        }

        using var scope = NewDisposeScope();
        var total = _heads[0].On(features.Scales[0].Map, generator);
        for (var i = 1; i < _heads.Length; i++)
        {
            total = total.add(_heads[i].On(features.Scales[i].Map, generator));
        }

        return total.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override double WeightAt(int epoch, int totalEpochs) =>
        _options.Weight * _options.Schedule.At(epoch, totalEpochs);
}
