using VitNotebooks.Data;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Training;

namespace VitNotebooks.Tests.Training;

/// <summary>A learning task of milliseconds: 16-pixel pictures of two classes, a transformer of 16 channels.</summary>
internal static class TinyTask
{
    public const int Size = 16;

    public static VisionData Data(int train = 48, int test = 24, int classes = 2) =>
        new()
        {
            Name = "bars",
            Train = new Bars("bars/train", train, classes, 1),
            Test = new Bars("bars/test", test, classes, 2),
            Preprocessing = Preprocessing.ImageNet(Size),
            Augmentation = Augmentation.Flip,
        };

    public static ModelConfig Config(bool localization = true, int classes = 2, int depth = 2) =>
        new VitConfig("vit_test", Size, 3, classes)
        {
            PatchSize = 4,
            EmbedDim = 16,
            Depth = depth,
            Heads = 2,
            DropPath = 0.3,
            Losses = localization ? [RelativeLocalizationOptions.Fixed with { Pairs = 8 }] : [],
        };

    public static VisionModel Model(bool localization = true, int classes = 2) => Config(localization, classes).Build();

    public static TrainingRecipe Recipe(int epochs = 3, int batch = 8) =>
        Recipes.SmallImages with
        {
            Name = "tiny",
            Epochs = epochs,
            BatchSize = batch,
            RateReferenceBatch = batch,
            LearningRate = 3e-3,
            WarmupEpochs = 0.5,
        };

    public static Trainer Trainer(
        string folder,
        TrainingRecipe? recipe = null,
        int seed = 5,
        bool localization = true
    ) =>
        VitNotebooks
            .Training.Trainer.For(() => Model(localization))
            .On(Data())
            .With(recipe ?? Recipe())
            .InFolder(folder)
            .Seed(seed)
            .Workers(1)
            .HandleCtrlC(false)
            .Show(TrainingDisplay.None);

    /// <summary>Pictures with a bright bar, horizontal or vertical by class, at a place that depends on the index.</summary>
    private sealed class Bars(string name, int count, int classes, int salt) : IImageDataset
    {
        public string Name => name;

        public int Count => count;

        public IReadOnlyList<string> Classes { get; } =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(i =>
                    i == 0 ? "horizontal"
                    : i == 1 ? "vertical"
                    : $"class {i}"
                ),
        ];

        public string Identity => $"bars {name} {count} {classes} {salt}";

        public int Label(int index) => index % classes;

        public RgbImage Read(int index)
        {
            var pixels = new byte[Size * Size * 3];
            var state = (uint)((index * 2654435761) + (salt * 40503) + 1);
            for (var i = 0; i < pixels.Length; i++)
            {
                state = (state * 1664525) + 1013904223;
                pixels[i] = (byte)(state >> 26);
            }
            var place = 2 + (int)(state >> 8) % (Size - 4);
            for (var along = 0; along < Size; along++)
            {
                var pixel = Label(index) == 0 ? (place * Size) + along : (along * Size) + place;
                pixels.AsSpan(pixel * 3, 3).Fill(230);
            }
            return new RgbImage(Size, Size, pixels);
        }
    }
}
