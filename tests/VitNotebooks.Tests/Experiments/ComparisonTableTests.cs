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
        var run = Run(0, 0.5, recipe: Recipes.VtsDrloc.Compat);
        var text = ComparisonTable.Of([run], PaperTables.Drloc.FromScratch).ToString();
        text.ShouldContain("best epoch on the test split");
        text.ShouldNotContain("no reproductions");
    }

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
        TrainingRecipe? recipe = null
    ) =>
        new()
        {
            Folder = "/nowhere",
            Status = RunStatus.Completed,
            Model = model,
            Data = data,
            Recipe = recipe ?? Recipes.VtsDrloc.Quick,
            Seed = seed,
            AuxiliaryLosses = loss is null ? [] : [loss],
            Identity = $"{seed}{loss}",
            TrainImages = 1000,
            ImageSize = 224,
            Epochs = [new EpochMetrics(0, 10, 1e-3, 1, 0.5, 0, 0, 1, 1, accuracy, 10, 1, 0, 100, 50, 1 << 28)],
        };
}
