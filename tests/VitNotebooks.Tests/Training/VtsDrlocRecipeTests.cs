using System.Text.RegularExpressions;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public sealed class VtsDrlocRecipeTests : IDisposable
{
    private const string Policy = "RandAugment(rand-m9-mstd0.5-n2-p0.5-inc1, bicubic, fill 124 116 104)";
    private const string Normalization = "Normalize(mean 0.485 0.456 0.406, std 0.229 0.224 0.225)";
    private const string Erasing = "RandomErasing(0.25, pixel, area 0.02..0.333333, aspect 0.3..3.333333, count 1..1)";
    private const string Crop224 = "RandomResizedCrop(224, scale 0.08..1, ratio 0.75..1.333333, bicubic)";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Augmentation_InTheOpeningSnippetOfTheDesign_IsTheAuthorsWholeChain()
    {
        SyntheticShapes.WriteCifar(_folder["cifar-10-batches-bin"], new ShapesOptions { Train = 50, Test = 20 });
        var data = Datasets.Open("cifar10", _folder.Path).Resize(224).Augment(Recipes.VtsDrloc.Augmentation);
        using var model = VisionModels
            .Swin()
            .Tiny()
            .PatchSize(4)
            .WindowSize(7)
            .Classes(10)
            .WithRelativeLocalization(l => l.Weight(0.5).Pairs(64))
            .Build();
        var recipe = Recipes.VtsDrloc.Epochs(100);
        Trainer.For(model).On(data).With(recipe).ShouldNotBeNull();
        recipe.Faults().ShouldBeEmpty();
        (model.Config.ImageSize, model.Config.Classes).ShouldBe((data.ImageSize, data.Classes.Count));
        var chain = $"{Crop224} > RandomHorizontalFlip(0.5) > {Policy} > {Normalization} > {Erasing}";
        data.TrainPipeline.ToString().ShouldBe(chain);
        data.ToString().ShouldContain($"\n  train {chain}\n");
        data.Identity.ShouldContain($"train pipeline {chain}");
        data.Resize(32)
            .TrainPipeline.ToString()
            .ShouldBe(
                $"Resize(32, bicubic) > RandomCrop(32, padding 4) > RandomHorizontalFlip(0.5) > {Policy} > {Normalization} > {Erasing}"
            );
    }

    [Fact]
    public void Augmentation_WithoutFlip_IsTheChainForDigitsAndDrawings()
    {
        var digits = Recipes.VtsDrloc.Augmentation.WithoutFlip();
        digits
            .ToPipeline(Preprocessing.ImageNet(224))
            .ToString()
            .ShouldBe($"{Crop224} > {Policy} > {Normalization} > {Erasing}");
    }

    [Fact]
    public void Fit_APapersRecipeOnDataWithoutAugmentation_SaysSoOnce()
    {
        Notes notes = new();
        var recipe = Paper();
        var plain = TinyTask.Data().Augment(Augmentation.None);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Should.Throw<TrainingInterruptedException>(() => Told(recipe, plain, "run", notes).Fit(stop.Token));
        Told(recipe, plain, "run", notes).Fit().Status.ShouldBe(RunStatus.Completed);
        Told(recipe, plain, "run", notes).Fit();
        Regex.Count(notes.Text, "is a paper's recipe, and bars has no augmentation").ShouldBe(1);
        notes.Text.ShouldContain("data.Augment(Recipes.VtsDrloc.Augmentation)");
    }

    [Fact]
    public void Fit_AugmentedDataOrAnotherProfile_SaysNothingOfAugmentation()
    {
        Notes notes = new();
        var plain = TinyTask.Data().Augment(Augmentation.None);
        Told(Paper(), TinyTask.Data(), "augmented", notes).Fit();
        Told(Paper(), plain with { TrainPipeline = plain.TestPipeline }, "own", notes).Fit();
        Told(Paper() with { Profile = "quick" }, plain, "quick", notes).Fit();
        notes.Text.ShouldContain("updates in 1 epochs");
        notes.Text.ShouldNotContain("augmentation");
    }

    private static TrainingRecipe Paper() => TinyTask.Recipe(epochs: 1) with { Profile = "paper" };

    private Trainer Told(TrainingRecipe recipe, VisionData data, string name, Notes notes) =>
        TinyTask.Trainer(_folder[name], recipe).On(data).Show(notes);
}
