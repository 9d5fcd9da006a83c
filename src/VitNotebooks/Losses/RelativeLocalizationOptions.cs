using System.Text.Json.Serialization;
using VitNotebooks.Models;

namespace VitNotebooks.Losses;

/// <summary>The two readings of the paper; they are never mixed under one name.</summary>
public enum LocalizationForm
{
    /// <summary>What the authors' code does, bit for bit.</summary>
    Compat,

    /// <summary>What the paper says, done properly.</summary>
    Fixed,
}

/// <summary>What the head predicts.</summary>
public enum LocalizationTarget
{
    /// <summary>The absolute offset in cells, 0..k-1 (the authors' code with <c>--use_abs</c>).</summary>
    Cells,

    /// <summary>The absolute offset over the side of the map, in [0, 1) (the paper's equation 1).</summary>
    Fraction,
}

/// <summary>How the errors become one number.</summary>
public enum LocalizationReduction
{
    /// <summary>Mean over images, pairs and both coordinates (the authors' code).</summary>
    Mean,

    /// <summary>The L1 norm of a pair's error, its mean over pairs and images (the paper's equation 2, over the batch).</summary>
    PairNorm,
}

/// <summary>Which maps of a model the loss works on.</summary>
public enum LocalizationScales
{
    /// <summary>The last one.</summary>
    Last,

    /// <summary>
    /// What every stage hands to the next, a head each, their losses summed (the authors' code with <c>--use_multiscale</c>, which has it
    /// for Swin): sides 28, 14, 7 and 7 of a Swin at 224 pixels, since its merging comes first.
    /// </summary>
    All,
}

/// <summary>What is done to a map before pairs are drawn from it.</summary>
public enum MapPooling
{
    /// <summary>Nothing: Swin and ViT in the authors' code.</summary>
    None,

    /// <summary>Average of 3x3, stride 2, padding 1, border cells divided by what they really hold: T2T and CvT in the authors' code.</summary>
    Average3x3,

    /// <summary>Average of 2x2, stride 2: T2T and CvT in the paper.</summary>
    Average2x2,
}

/// <summary>
/// Every switch of the dense relative localization loss. <see cref="Compat"/> and <see cref="Fixed"/> are the two named
/// forms; <c>with</c> sets one switch alone, for an ablation with one row a switch.
/// </summary>
/// <remarks>
/// Paper: arXiv 2106.03746. The weight tuned for one form says nothing about the other: on a map of side k the loss of
/// <see cref="Fixed"/> is 2/k of the loss of <see cref="Compat"/> for the same relative error.
/// </remarks>
public sealed record RelativeLocalizationOptions : AuxiliaryLossOptions
{
    /// <summary>What the authors' code does.</summary>
    public static RelativeLocalizationOptions Compat { get; } = new();

    /// <summary>What the paper says.</summary>
    public static RelativeLocalizationOptions Fixed { get; } =
        new()
        {
            Target = LocalizationTarget.Fraction,
            Reduction = LocalizationReduction.PairNorm,
            HiddenLayers = 1,
            Schedule = LambdaSchedule.Constant,
        };

    /// <inheritdoc/>
    public override string Name => "drloc";

    /// <summary>Pairs a map, m; the authors' 64.</summary>
    public int Pairs { get; init; } = 64;

    /// <summary>Full weight lambda of the loss; the authors' 0.5 for Swin, 0.1 for T2T and CvT.</summary>
    public double Weight { get; init; } = 0.5;

    /// <summary>What the head predicts.</summary>
    public LocalizationTarget Target { get; init; }

    /// <summary>How the errors become one number.</summary>
    public LocalizationReduction Reduction { get; init; }

    /// <summary>Hidden layers of the head: 2 in the code, 1 in the paper.</summary>
    public int HiddenLayers { get; init; } = 2;

    /// <summary>Width of a hidden layer.</summary>
    public int HiddenWidth { get; init; } = 512;

    /// <summary>What is done to the map first. Swin and ViT: nothing, in both forms.</summary>
    public MapPooling Pooling { get; init; }

    /// <summary>Which maps the loss works on; the paper finds the last one alone better (82.8 without the loss, 84.0 with it, 81.9 with it
    /// behind every block; Swin-T on ImageNet-100).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // configurations from before keep their fingerprints
    public LocalizationScales Scales { get; init; }

    /// <summary>How the weight moves over the epochs.</summary>
    public LambdaSchedule Schedule { get; init; } = LambdaSchedule.Authors;

    /// <summary>The form whose switches these are, whatever the pairs and the weight; null when they are mixed. All scales are the code's.</summary>
    public LocalizationForm? Form =>
        this with { Pairs = Compat.Pairs, Weight = Compat.Weight, Pooling = MapPooling.None } is var plain
        && plain with { Scales = Compat.Scales } == Compat
            ? PoolingOr(MapPooling.Average3x3, LocalizationForm.Compat)
        : plain == Fixed ? PoolingOr(MapPooling.Average2x2, LocalizationForm.Fixed)
        : null;

    private LocalizationForm? PoolingOr(MapPooling ofForm, LocalizationForm form) =>
        Pooling == MapPooling.None || Pooling == ofForm ? form : null;

    /// <summary>Side of the map that pairs are drawn from, after the pooling.</summary>
    /// <param name="side">Side of the model's map, in cells.</param>
    public int SideAfterPooling(int side) =>
        Pooling switch
        {
            MapPooling.Average3x3 => (side - 1) / 2 + 1,
            MapPooling.Average2x2 => side / 2,
            _ => side,
        };

    /// <inheritdoc/>
    public override IReadOnlyList<string> Faults(ModelConfig model)
    {
        if (Scales == LocalizationScales.Last)
        {
            return Faults(model.Family, model.LastMapSide);
        }

        var scales = model.Scales();
        return scales.Count > 1
            ? [.. scales.SelectMany(scale => Faults(model.Family, scale.Side)).Distinct()]
            :
            [
                $"{model.Family}: localization on all scales needs a model with several, and this one has one map of side {model.LastMapSide}; "
                    + "leave Scales at Last, or take a Swin, a CvT or a ResNet.",
            ];
    }

    /// <inheritdoc/>
    public override AuxiliaryLoss Create(ModelConfig model) =>
        Scales == LocalizationScales.Last
            ? new RelativeLocalizationLoss(this, model.LastMapWidth, model.LastMapSide)
            : new MultiScaleLocalizationLoss(this, model.Scales());

    /// <summary>Everything that keeps the loss from being built on a map, one sentence each.</summary>
    /// <param name="family">Name that the sentences begin with.</param>
    /// <param name="side">Side of the model's map, in cells.</param>
    public IReadOnlyList<string> Faults(string family, int side)
    {
        List<string> faults = [];
        Require("pairs", Pairs, 1, 65536);
        Require("hidden layers", HiddenLayers, 1, 8);
        Require("hidden width", HiddenWidth, 1, 16384);
        Require("warm-up epochs", Schedule.WarmupEpochs, 0, 100_000);
        if (!(Weight >= 0 && double.IsFinite(Weight)))
        {
            faults.Add(
                $"{family}: localization weight {Weight} is not in 0..; the authors' is 0.5 for Swin, 0.1 for T2T and CvT."
            );
        }

        if (SideAfterPooling(side) < 2)
        {
            var after = Pooling == MapPooling.None ? "" : $" after pooling {Pooling} of side {side}";
            faults.Add(
                $"{family}: relative localization needs a map of side 2 at least, this one has side {SideAfterPooling(side)}{after}: "
                    + "every offset on it is 0. Use a larger image or a smaller patch; side 7 is the authors'."
            );
        }
        return faults;

        void Require(string what, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                faults.Add(
                    $"{family}: localization {what} {value} is not in {least}..{most}; nearest: {Math.Clamp(value, least, most)}."
                );
            }
        }
    }
}
