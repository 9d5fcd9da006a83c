using Shouldly;
using VitNotebooks.Experiments;
using Xunit;

namespace VitNotebooks.Tests.Experiments;

public class PaperTablesTests
{
    [Theory]
    [InlineData("Swin-T", "baseline", "CIFAR-10", 59.47)]
    [InlineData("Swin-T", "drloc", "CIFAR-10", 83.89)]
    [InlineData("Swin-T", "drloc", "Sketch", 38.55)]
    [InlineData("CvT-13", "baseline", "CIFAR-100", 73.50)]
    [InlineData("T2T-ViT-14", "drloc", "SVHN", 96.49)]
    public void FromScratch_VerifiedCells_AreThePapers(string model, string arm, string dataset, double accuracy)
    {
        var cell = PaperTables.Drloc.FromScratch.Find(model, arm, dataset).ShouldNotBeNull();
        cell.Accuracy.ShouldBe(accuracy);
        cell.Verification.ShouldBe(Verification.Verified);
    }

    [Fact]
    public void FromScratch_ResNetFromMemory_IsMarkedAndNeverCompared()
    {
        var table = PaperTables.Drloc.FromScratch;
        table.Find("ResNet-50", "baseline", "CIFAR-10")!.Verification.ShouldBe(Verification.Unverified);
        table.Find("ResNet-50", "drloc", "ClipArt")!.Verification.ShouldBe(Verification.VerifiedThroughQuote);
        table.ToString().ShouldContain("91.78?");
        table.Cells.Count.ShouldBe(80);
    }

    [Fact]
    public void Find_OtherSpelling_StillFinds() =>
        PaperTables.Drloc.FromScratch.Find("swin t", "Drloc", "cifar10")!.Accuracy.ShouldBe(83.89);

    [Fact]
    public void Tables_OfTheFacts_HaveTheirNumbers()
    {
        PaperTables.Drloc.Variants.Find("Swin-T", "all layers", "ImageNet-100")!.Accuracy.ShouldBe(81.88);
        PaperTables.Drloc.Pairs.Find("Swin-T", "m=64", "CIFAR-100")!.Accuracy.ShouldBe(66.23);
        PaperTables.Drloc.ImageNet100.Find("CvT-13", "drloc", "ImageNet-100, 300 epochs")!.Accuracy.ShouldBe(90.28);
        PaperTables.Drloc.FineTuning.Find("T2T-ViT-14", "baseline", "Real")!.Accuracy.ShouldBe(84.56);
        PaperTables.Drloc.Reruns.Cells.Select(c => c.Accuracy).ShouldContain(86.17);
        PaperTables.Drloc.RerunCurve[^1].ShouldBe((100, 86.17, 88.29));
        PaperTables.Drloc.All.ShouldAllBe(t => t.Source.Length > 0 && t.Title.Length > 0);
    }

    [Fact]
    public void ToMarkdown_Table_HasARowAModelAndArm() =>
        PaperTables
            .Drloc.FromScratch.Only(model: "Swin-T", dataset: "CIFAR-10")
            .ToMarkdown()
            .ShouldContain("| Swin-T | drloc | 83.89 |");
}
