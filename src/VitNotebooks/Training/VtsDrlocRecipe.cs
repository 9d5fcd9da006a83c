using VitNotebooks.Data;

namespace VitNotebooks.Training;

// "Efficient Training of Visual Transformers with Small Datasets", arXiv 2106.03746; code yhlleo/VTs-Drloc @ 6ac2c44.
// Compat is the code with one process of 128 images, as in its author's rerun logs: 101 epochs of a 300-epoch cosine.
// Fixed is what the paper says: the whole cosine over the epochs run, decay groups as the VT authors intend.
// Expect on CIFAR-10, Swin-T at 224 px, 101 epochs, 1 x 128: 86.17 without and 88.29 with the loss (rerun logs).
// Crop, flip, RandAugment and random erasing are the data's: data.Augment(Recipes.VtsDrloc.Augmentation); a run of it on data without any says so.
// Shown by notebooks/01-relative-localization.ipynb.
public static partial class Recipes
{
    /// <summary>The dense relative localization paper's training, arXiv 2106.03746, in its two forms.</summary>
    public static class VtsDrloc
    {
        /// <summary>
        /// As the authors' code trains with one process of 128 images. For the paper's eight processes use
        /// <c>Compat.WithBatchSize(1024)</c>: the same rates and updates, as one batch.
        /// </summary>
        public static TrainingRecipe Compat { get; } =
            new()
            {
                Name = "vts-drloc-compat",
                Profile = TrainingRecipe.PaperProfile,
                Epochs = 101,
                ScheduleHorizonEpochs = 300,
                BatchSize = 128,
                LearningRate = 5e-4,
                WarmupLearningRate = 5e-7,
                MinLearningRate = 5e-6,
                RateReferenceBatch = 512,
                WarmupEpochs = 20,
                RateLagsOneStep = true,
                WeightDecay = 0.05,
                DecayGrouping = DecayGrouping.AsInDrlocCode,
                LabelSmoothing = 0.1,
                ClipNorm = 5,
                Mixing = new MixupCutMix(MixupAlpha: 0.8, CutMixAlpha: 1),
                Randomness = StepRandomness.OneSequence,
                Selection = Selection.BestOnTest,
            };

        /// <summary>The paper's text done properly: a whole 100-epoch cosine, decay as intended, last epoch reported.</summary>
        public static TrainingRecipe Fixed { get; } =
            Compat with
            {
                Name = "vts-drloc-fixed",
                Epochs = 100,
                ScheduleHorizonEpochs = null,
                RateLagsOneStep = false,
                DecayGrouping = DecayGrouping.Intended,
                Randomness = StepRandomness.PerStep,
                Selection = Selection.LastEpoch,
            };

        /// <summary>
        /// <see cref="Fixed"/> cut to what a laptop does in minutes: 5 epochs of 64 images, rate 1e-3 at that batch, no
        /// mixing (too few updates to profit). Its numbers stand beside the paper's, never for them.
        /// </summary>
        public static TrainingRecipe Quick { get; } =
            Fixed.WithEpochs(5) with
            {
                Name = "vts-drloc-quick",
                Profile = "quick",
                BatchSize = 64,
                LearningRate = 1e-3,
                WarmupLearningRate = 1e-6,
                MinLearningRate = 1e-5,
                RateReferenceBatch = 64,
                WarmupEpochs = 0.5,
                Mixing = null,
            };

        /// <summary>
        /// The training images of the authors' code, <see cref="Data.Augmentation.VtsDrloc"/>: for <see cref="Compat"/> on every dataset. For
        /// <see cref="Fixed"/> a mirror image of a digit or a drawing is another thing: on SVHN and the drawn domains of DomainNet take
        /// <c>Augmentation.WithoutFlip()</c>.
        /// </summary>
        public static Augmentation Augmentation => Augmentation.VtsDrloc;

        /// <summary><see cref="Fixed"/> over so many epochs.</summary>
        /// <param name="epochs">Epochs, at least 1.</param>
        /// <returns>The recipe.</returns>
        public static TrainingRecipe Epochs(int epochs) => Fixed.WithEpochs(epochs);
    }
}
