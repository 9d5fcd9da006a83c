using Shouldly;
using VitNotebooks.Experiments;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Experiments;

public class ComparisonTableTests
{
    [Fact]
    public void Of_TwoArmsTwoSeeds_GivesMeanDeviationPairedGainAndDifference()
    {
        var table = ComparisonTable.Of(
            [Run(0, 0.50), Run(1, 0.54), Run(0, 0.53, "drloc"), Run(1, 0.58, "drloc")],
            PaperTables.Drloc.FromScratch
        );
        var with = table.Rows[1];
        with.Mean.ShouldBe(55.5, 1e-9);
        with.StandardDeviation.ShouldBe(3.5355, 1e-3);
        var gain = table.Gain(with)!.Value;
        gain.Mean.ShouldBe(3.5, 1e-9);
        gain.StandardDeviation.ShouldBe(0.7071, 1e-3);
        gain.Pairs.ShouldBe(2);
        with.Difference!.Value.ShouldBe(55.5 - 83.89, 1e-9);
        with.PublishedGain!.Value.ShouldBe(83.89 - 59.47, 1e-9);
        table.Gain(table.Rows[0]).ShouldBeNull();
    }

    [Fact]
    public void ToString_QuickProfile_SaysThatItIsNoReproduction()
    {
        var text = ComparisonTable.Of([Run(0, 0.5)], PaperTables.Drloc.FromScratch).ToString();
        text.ShouldContain("quick");
        text.ShouldContain("These are no reproductions");
        text.ShouldContain("A single seed has no standard deviation");
        text.ShouldContain("59.47");
    }

    [Fact]
    public void ToString_PaperProfileBestOnTest_SaysHowItWasSelected()
    {
        var run = Run(0, 0.5, recipe: Recipes.VtsDrloc.Compat, trainImages: 50_000);
        var text = ComparisonTable.Of([run], PaperTables.Drloc.FromScratch).ToString();
        text.ShouldContain("best epoch on the test split");
        text.ShouldNotContain("no reproductions");
    }

    [Fact]
    public void ToString_ThePapersBatchOfEightProcesses_IsThePapersTraining() =>
        Text(Run(0, 0.5, recipe: Recipes.VtsDrloc.Compat.WithBatchSize(1024), trainImages: 50_000))
            .ShouldNotContain("no reproductions");

    public static TheoryData<string, TrainingRun> Cut =>
        new()
        {
            { "epochs 20 in place of 100", Whole(Recipes.VtsDrloc.Epochs(20)) },
            { "epochs 5 in place of 101", Whole(Recipes.VtsDrloc.Compat.WithEpochs(5)) },
            { "maxSteps 100 in place of none", Whole(Recipes.VtsDrloc.Fixed with { MaxSteps = 100 }) },
            { "batchSize 64 in place of 128", Whole(Recipes.VtsDrloc.Fixed.WithBatchSize(64)) },
            { "mixing none in place of", Whole(Recipes.VtsDrloc.Compat with { Mixing = null }) },
            {
                "a recipe 'mine' that is none of the published ones",
                Whole(Recipes.VtsDrloc.Compat with { Name = "mine" })
            },
            {
                "1,000 training images in place of 50,000",
                Run(0, 0.5, recipe: Recipes.VtsDrloc.Fixed, trainImages: 1000)
            },
            {
                "images of 64 px in place of 224",
                Run(0, 0.5, recipe: Recipes.VtsDrloc.Fixed, trainImages: 50_000, imageSize: 64)
            },
            {
                "a run that has not ended",
                Run(0, 0.5, recipe: Recipes.VtsDrloc.Fixed, trainImages: 50_000, status: RunStatus.Interrupted)
            },
        };

    [Theory]
    [MemberData(nameof(Cut), DisableDiscoveryEnumeration = true)]
    public void ToString_APapersRecipeCut_SaysInWhatItDeparts(string departure, TrainingRun run)
    {
        var text = Text(run);
        text.ShouldContain("These are no reproductions");
        text.ShouldContain("departing");
        text.ShouldContain(departure);
    }

    private static TrainingRun Whole(TrainingRecipe recipe) => Run(0, 0.5, recipe: recipe, trainImages: 50_000);

    private static string Text(TrainingRun run) => ComparisonTable.Of([run], PaperTables.Drloc.FromScratch).ToString();

    [Fact]
    public void Of_OtherModelNamed_ShowsTheRowThatWasAskedFor()
    {
        var table = ComparisonTable.Of(
            [Run(0, 0.5, model: "swin_mini_patch2_window4_32", data: "shapes")],
            PaperTables.Drloc.FromScratch,
            "Swin-T",
            "CIFAR-10"
        );
        table.Rows[0].Published!.Accuracy.ShouldBe(59.47);
        table.Rows[0].Difference.ShouldBeNull();
        table.ToString().ShouldContain("of another model or dataset than ours");
        table.ToString().ShouldContain("Published: Swin-T on CIFAR-10");
    }

    [Fact]
    public void Of_NothingPublished_SaysSo()
    {
        var table = ComparisonTable.Of([Run(0, 0.5, data: "shapes")], PaperTables.Drloc.FromScratch);
        table.Rows[0].Published.ShouldBeNull();
        table.Rows[0].Difference.ShouldBeNull();
        table.ToString().ShouldContain("No published number for this model and data");
    }

    [Fact]
    public void ToMarkdown_Rows_HaveAsManyCellsAsTheHead()
    {
        var lines = ComparisonTable
            .Of([Run(0, 0.5), Run(0, 0.6, "drloc")], PaperTables.Drloc.FromScratch)
            .ToMarkdown()
            .Split('\n')
            .Where(l => l.StartsWith('|'))
            .ToArray();
        lines.Length.ShouldBe(4);
        lines.Select(l => l.Count(c => c == '|')).Distinct().ShouldHaveSingleItem();
    }

    internal static TrainingRun Run(
        int seed,
        double accuracy,
        string? loss = null,
        string model = "swin_tiny_patch4_window7_224",
        string data = "cifar10",
        TrainingRecipe? recipe = null,
        int trainImages = 1000,
        int imageSize = 224,
        RunStatus status = RunStatus.Completed
    ) =>
        new()
        {
            Folder = "/nowhere",
            Status = status,
            Model = model,
            Data = data,
            Recipe = recipe ?? Recipes.VtsDrloc.Quick,
            Seed = seed,
            AuxiliaryLosses = loss is null ? [] : [loss],
            Identity = $"{seed}{loss}",
            TrainImages = trainImages,
            ImageSize = imageSize,
            Epochs = [new EpochMetrics(0, 10, 1e-3, 1, 0.5, 0, 0, 1, 1, accuracy, 10, 1, 0, 100, 50, 1 << 28)],
        };
}
