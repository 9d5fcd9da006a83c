using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VitNotebooks.Data;

namespace VitNotebooks.Training;

/// <summary>Which parameters get weight decay.</summary>
public enum DecayGrouping
{
    /// <summary>
    /// As the VT authors mean it: no decay for one-dimensional parameters, biases, and what the model's
    /// <c>no_weight_decay()</c> names.
    /// </summary>
    Intended,

    /// <summary>
    /// As the localization paper's code sorts them: no decay for one-dimensional parameters, names ending in <c>.bias</c>,
    /// Swin's <c>absolute_pos_embed</c> and <c>relative_position_bias_table</c>. Class tokens, learned positions of ViT and
    /// T2T, and CvT's four-dimensional norms are decayed, by accident.
    /// </summary>
    AsInDrlocCode,

    /// <summary>
    /// Every parameter that trains, norms and biases too: one group, as the authors of wide residual networks (arXiv 1605.07146) and
    /// whoever hands <c>model.parameters()</c> to SGD have it.
    /// </summary>
    Everything,
}

/// <summary>How a run's headline accuracy is chosen. Always printed beside it.</summary>
public enum Selection
{
    /// <summary>Accuracy after the last update.</summary>
    LastEpoch,

    /// <summary>The best over all epochs on the very split that is reported, as the localization paper's code does.</summary>
    BestOnTest,
}

/// <summary>
/// Everything about a training run but the model, the data and the seed: immutable, validated as a whole, part of the
/// run's identity. Learning rates are given for <see cref="RateReferenceBatch"/> images an update and scale linearly. Read from JSON, a setting that it
/// does not know is refused, not passed over.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TrainingRecipe
{
    /// <summary>The <see cref="Profile"/> of a paper's own training.</summary>
    internal const string PaperProfile = "paper";

    /// <summary>Name in tables and folder names.</summary>
    public required string Name { get; init; }

    /// <summary>What the numbers of this recipe may be compared with: "paper", "quick", or your own word.</summary>
    public string Profile { get; init; } = "custom";

    /// <summary>Epochs to run.</summary>
    public required int Epochs { get; init; }

    /// <summary>Epochs over which cosine and auxiliary weights are laid out; null for <see cref="Epochs"/>.</summary>
    public int? ScheduleHorizonEpochs { get; init; }

    /// <summary>Images an update.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Peak learning rate at <see cref="RateReferenceBatch"/> images an update.</summary>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Rate at the first update of the warm-up, at <see cref="RateReferenceBatch"/>.</summary>
    public double WarmupLearningRate { get; init; } = 5e-7;

    /// <summary>Rate at the end of the cosine, at <see cref="RateReferenceBatch"/>.</summary>
    public double MinLearningRate { get; init; } = 5e-6;

    /// <summary>Batch that the three rates are meant for; they are scaled by BatchSize / RateReferenceBatch.</summary>
    public int RateReferenceBatch { get; init; } = 512;

    /// <summary>Epochs of linear warm-up; may be a fraction.</summary>
    public double WarmupEpochs { get; init; } = 20;

    /// <summary>True when update s runs at the scheduled rate of update s - 1, as in the authors' code.</summary>
    public bool RateLagsOneStep { get; init; }

    /// <summary>AdamW's first decay rate.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's second decay rate.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's epsilon.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay of the decayed group.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Which parameters are decayed.</summary>
    public DecayGrouping DecayGrouping { get; init; } = DecayGrouping.Intended;

    /// <summary>
    /// Learning rate of a layer over that of the layer behind it, (0, 1], counted from the head, which has the full rate: 0.65 to 0.75
    /// is usual for fine-tuning (BEiT, arXiv 2106.08254). 1 gives every layer the same.
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Share of the target spread evenly over all classes, [0, 1).</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Largest global norm of all gradients; 0 turns clipping off.</summary>
    public double ClipNorm { get; init; } = 5;

    /// <summary>
    /// Mixup and CutMix of each batch; null for none. <see cref="WithMixing"/> says the usual ones by their two numbers. The labels are smoothed by
    /// <see cref="LabelSmoothing"/> before they are mixed. Image i meets image B - 1 - i, so <see cref="BatchSize"/> must be even, as timm has it; of a last
    /// or a broken batch that is odd all but the middle image are mixed.
    /// </summary>
    public MixupCutMix? Mixing { get; init; }

    /// <summary>Where a step's random numbers come from.</summary>
    public StepRandomness Randomness { get; init; } = StepRandomness.PerStep;

    /// <summary>How the headline accuracy is chosen.</summary>
    public Selection Selection { get; init; } = Selection.LastEpoch;

    /// <summary>Leave out the last, smaller batch of an epoch.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>Evaluate after every so many epochs, and always after the last.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Stop after so many updates even within an epoch, with the cosine laid out over them; null for no limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Horizon in epochs: <see cref="ScheduleHorizonEpochs"/>, else <see cref="Epochs"/>.</summary>
    [JsonIgnore]
    public int HorizonEpochs => ScheduleHorizonEpochs ?? Epochs;

    /// <summary>BatchSize / RateReferenceBatch.</summary>
    [JsonIgnore]
    public double RateScale => (double)BatchSize / RateReferenceBatch;

    /// <summary>
    /// The same recipe over another number of epochs. A recipe whose cosine spans its epochs keeps that, and its warm-up
    /// keeps its share of them; one with a horizon of its own keeps horizon and warm-up, as the authors' code does.
    /// </summary>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <returns>The changed recipe.</returns>
    public TrainingRecipe WithEpochs(int epochs) =>
        ScheduleHorizonEpochs is not null
            ? this with
            {
                Epochs = epochs,
            }
            : this with
            {
                Epochs = epochs,
                WarmupEpochs = WarmupEpochs * epochs / Epochs,
            };

    /// <summary>The same recipe with another batch; the rates follow linearly.</summary>
    /// <param name="images">Images an update.</param>
    /// <returns>The changed recipe.</returns>
    public TrainingRecipe WithBatchSize(int images) => this with { BatchSize = images };

    /// <summary>The same recipe with timm's mixing, one draw a batch: of both with equal chance where both are on.</summary>
    /// <param name="mixup">Beta parameter of mixup, usually 0.8; 0 turns it off.</param>
    /// <param name="cutMix">Beta parameter of CutMix, usually 1; 0 turns it off.</param>
    /// <returns>The changed recipe; without <see cref="Mixing"/> where both are 0.</returns>
    public TrainingRecipe WithMixing(double mixup, double cutMix) =>
        this with
        {
            Mixing = mixup == 0 && cutMix == 0 ? null : new MixupCutMix(mixup, cutMix),
        };

    /// <summary>The learning-rate schedule for an epoch of so many updates.</summary>
    /// <param name="stepsPerEpoch">Updates an epoch.</param>
    /// <returns>The schedule.</returns>
    public LearningRateSchedule Schedule(long stepsPerEpoch)
    {
        var warmup = (long)Math.Round(WarmupEpochs * stepsPerEpoch);
        var horizon = HorizonEpochs * stepsPerEpoch;
        if (MaxSteps is long limit && ScheduleHorizonEpochs is null && limit < horizon)
        {
            warmup = (long)Math.Round((double)warmup * limit / horizon);
            horizon = limit;
        }
        return new LearningRateSchedule(
            WarmupLearningRate * RateScale,
            LearningRate * RateScale,
            MinLearningRate * RateScale,
            warmup,
            horizon,
            RateLagsOneStep
        );
    }

    /// <summary>Every fault of the recipe by itself; empty when it can work.</summary>
    /// <returns>One sentence a fault.</returns>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        void Check(bool good, string fault)
        {
            if (!good)
            {
                faults.Add(fault);
            }
        }
        Check(Name.Length > 0, "the name is empty; give it one for tables and folders.");
        Check(Epochs >= 1, $"epochs {Epochs} is below 1.");
        Check(BatchSize >= 1, $"batch size {BatchSize} is below 1.");
        Check(RateReferenceBatch >= 1, $"the reference batch of the rates, {RateReferenceBatch}, is below 1.");
        Check(HorizonEpochs >= 1, $"the schedule's horizon of {HorizonEpochs} epochs is below 1.");
        Check(
            LearningRate > 0 && double.IsFinite(LearningRate),
            Invariant($"learning rate {LearningRate} is not above 0.")
        );
        Check(
            WarmupLearningRate >= 0 && WarmupLearningRate <= LearningRate,
            Invariant($"warm-up rate {WarmupLearningRate} is not between 0 and the learning rate {LearningRate}.")
        );
        Check(
            MinLearningRate >= 0 && MinLearningRate <= LearningRate,
            Invariant($"minimum rate {MinLearningRate} is not between 0 and the learning rate {LearningRate}.")
        );
        Check(
            WarmupEpochs >= 0 && WarmupEpochs < Epochs,
            Invariant($"a warm-up of {WarmupEpochs} epochs does not end within {Epochs}; shorten it or train longer.")
        );
        Check(WeightDecay >= 0, Invariant($"weight decay {WeightDecay} is negative."));
        Check(
            LayerDecay is > 0 and <= 1,
            Invariant(
                $"layer decay {LayerDecay} is outside (0, 1]; 1 gives all layers the same rate, and 0.65 to 0.75 is usual."
            )
        );
        Check(Beta1 is >= 0 and < 1, Invariant($"beta1 {Beta1} is outside [0, 1)."));
        Check(Beta2 is >= 0 and < 1, Invariant($"beta2 {Beta2} is outside [0, 1)."));
        Check(Epsilon > 0, Invariant($"epsilon {Epsilon} is not above 0."));
        Check(LabelSmoothing is >= 0 and < 1, Invariant($"label smoothing {LabelSmoothing} is outside [0, 1)."));
        Check(ClipNorm >= 0, Invariant($"clip norm {ClipNorm} is negative; 0 turns clipping off."));
        Check(
            Mixing is null || BatchSize % 2 == 0,
            $"mixing pairs image i with image batch - 1 - i, so the batch must be even, not {BatchSize}."
        );
        faults.AddRange((Mixing?.Faults() ?? []).Select(fault => $"mixing: {fault}."));
        Check(EvaluateEvery >= 1, $"evaluation every {EvaluateEvery} epochs is below 1.");
        Check(MaxSteps is null or >= 1, $"the limit of {MaxSteps} steps is below 1.");
        return faults;
    }

    /// <summary>Throws when the recipe cannot work.</summary>
    /// <returns>This recipe.</returns>
    /// <exception cref="InvalidRecipeException">With every fault at once.</exception>
    public TrainingRecipe Validated()
    {
        var faults = Faults();
        return faults.Count == 0 ? this : throw new InvalidRecipeException(Name, faults);
    }

    /// <summary>The recipe as canonical JSON: every value by name, in the order of declaration.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Options);

    /// <summary>What the recipe decides, in a few lines.</summary>
    /// <returns>Aligned text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        var horizon = ScheduleHorizonEpochs is int h ? $" of a cosine laid out over {h}" : ", one whole cosine";
        text.AppendLine(Invariant($"{Name} ({Profile})"));
        text.AppendLine(Invariant($"  epochs          {Epochs}{horizon}"));
        text.AppendLine(Invariant($"  batch           {BatchSize}"));
        text.AppendLine(
            Invariant(
                $"  learning rate   {WarmupLearningRate * RateScale:0.###e+0} to {LearningRate * RateScale:0.###e+0} "
            ) + Invariant($"over {WarmupEpochs:0.##} epochs, then to {MinLearningRate * RateScale:0.###e+0}")
        );
        text.AppendLine(
            Invariant($"  AdamW           betas {Beta1}, {Beta2}, eps {Epsilon:0.#e+0}, decay {WeightDecay}")
        );
        text.AppendLine(Invariant($"  decay groups    {DecayGrouping}"));
        text.AppendLine(Invariant($"  label smoothing {LabelSmoothing}, clip norm {ClipNorm}"));
        text.AppendLine($"  mixing          {Mixing?.ToString() ?? "none"}");
        text.Append(
            Invariant($"  accuracy        {(Selection == Selection.LastEpoch ? "last epoch" : "best epoch on test")}")
        );
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
