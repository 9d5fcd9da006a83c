using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Evaluation;

[Collection(TrainingCollection.Name)]
public class VisionCheckpointTests
{
    [Fact]
    public void Load_SavedModel_GivesTheSameModelClassesAndPrediction()
    {
        using TemporaryFolder folder = new();
        using VisionModel model = TinyTask.Model();
        model.ClassNames = ["left", "right, \"quoted\""];
        model.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        VisionCheckpoint.Save(model, folder["m.safetensors"]);
        using VisionModel read = VisionCheckpoint.Load(folder["m.safetensors"]);
        read.Config.ShouldBe(model.Config);
        read.ClassNames.ShouldBe(model.ClassNames);
        read.Preprocessing.ShouldBe(model.Preprocessing);
        read.training.ShouldBeFalse();
        RgbImage image = TinyTask.Data().Test.Read(0);
        read.Predict(image).ToString().ShouldBe(model.Predict(image).ToString());
    }

    [Fact]
    public void Load_CheckpointOfARun_LeavesOptimizerAndStateOut()
    {
        using TemporaryFolder folder = new();
        TrainingRun run = TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        string latest = File.ReadAllText(Path.Combine(run.Folder, "checkpoints", "latest")).Trim();
        using VisionModel a = VisionCheckpoint.Load(Path.Combine(run.Folder, "checkpoints", latest));
        using VisionModel b = VisionCheckpoint.Load(run.FinalCheckpoint);
        a.get_parameter("head.weight")!.eq(b.get_parameter("head.weight")!).all().ToBoolean().ShouldBeTrue();
        a.ClassNames.ShouldBe(["horizontal", "vertical"]);
    }

    [Fact]
    public void Load_ForeignSafetensors_IsRefusedWithASentence()
    {
        using TemporaryFolder folder = new();
        using Tensor weight = ones(2, 2);
        Safetensors.Save(folder["foreign.safetensors"], [("w", weight)]);
        Should
            .Throw<CheckpointMismatchException>(() => VisionCheckpoint.Load(folder["foreign.safetensors"]))
            .Message.ShouldContain("was not saved by this package");
    }

    [Fact]
    public void Load_TextFile_IsRefusedWithASentence()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["note.safetensors"], "this is a note");
        Should
            .Throw<CheckpointMismatchException>(() => VisionCheckpoint.Load(folder["note.safetensors"]))
            .Message.ShouldContain("cannot be read as a checkpoint");
    }

    [Fact]
    public void LoadInto_OtherShape_NamesTheTensorAndLeavesTheModelAlone()
    {
        using TemporaryFolder folder = new();
        using VisionModel two = TinyTask.Model(classes: 2);
        using VisionModel three = TinyTask.Model(classes: 3);
        two.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        VisionCheckpoint.Save(two, folder["two.safetensors"]);
        using Tensor before = three.get_parameter("head.weight")!.clone();
        Should
            .Throw<CheckpointMismatchException>(() => VisionCheckpoint.LoadInto(three, folder["two.safetensors"]))
            .Message.ShouldContain("head.weight is [2, 16] there and [3, 16] here");
        before.eq(three.get_parameter("head.weight")!).all().ToBoolean().ShouldBeTrue();
    }
}
