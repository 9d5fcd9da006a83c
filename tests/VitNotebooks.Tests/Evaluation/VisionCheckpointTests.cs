using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Evaluation;

[Collection(Alone.Name)]
public class VisionCheckpointTests(ITestOutputHelper output)
{
    [Fact]
    public void Load_SavedModel_GivesTheSameModelClassesAndPrediction()
    {
        using TemporaryFolder folder = new();
        using var model = TinyTask.Model();
        model.ClassNames = ["left", "right, \"quoted\""];
        model.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        VisionCheckpoint.Save(model, folder["m.safetensors"]);
        using var read = VisionCheckpoint.Load(folder["m.safetensors"]);
        read.Config.ShouldBe(model.Config);
        read.ClassNames.ShouldBe(model.ClassNames);
        read.Preprocessing.ShouldBe(model.Preprocessing);
        read.training.ShouldBeFalse();
        var image = TinyTask.Data().Test.Read(0);
        read.Predict(image).ToString().ShouldBe(model.Predict(image).ToString());
    }

    [Fact]
    public void Load_CheckpointOfARun_LeavesOptimizerAndStateOut()
    {
        using TemporaryFolder folder = new();
        var run = TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        var latest = File.ReadAllText(Path.Combine(run.Folder, "checkpoints", "latest")).Trim();
        var checkpoint = Path.Combine(run.Folder, "checkpoints", latest);
        using var a = VisionCheckpoint.Load(checkpoint);
        using var b = VisionCheckpoint.Load(run.FinalCheckpoint);
        a.get_parameter("head.weight")!.eq(b.get_parameter("head.weight")!).all().ToBoolean().ShouldBeTrue();
        a.ClassNames.ShouldBe(["horizontal", "vertical"]);
        VisionCheckpoint.ConfigOf(checkpoint).ShouldBe(a.Config);

        // Every other reader of weights leaves them out too, and a loss that only the run had.
        const string Line =
            "drloc: in the weights alone, a part of the loss that they were trained with, and left out.";
        Action<VisionModel>[] readers =
        [
            m => m.LoadPretrained(checkpoint).Lines.ShouldBe([Line]),
            m => m.LoadWeights(checkpoint).Lines.ShouldBe([Line]),
            m => m.TakeWeights(checkpoint).Lines.ShouldBe([Line]),
            m => VisionCheckpoint.LoadInto(m, checkpoint).Lines.ShouldBe([Line]),
        ];
        foreach (var reader in readers)
        {
            using var plain = TinyTask.Model(localization: false);
            reader(plain);
            foreach (var (name, tensor) in plain.state_dict())
            {
                tensor.Equals(b.state_dict()[name]).ShouldBeTrue(name);
            }
        }
        using var opened = VisionModels.Open(TinyTask.Config(localization: false), checkpoint);
        opened.LoadedWeights!.Lines.ShouldBe([Line]);
    }

    [Theory]
    [InlineData("vit_mini_patch4_32", ScalarType.BFloat16)]
    [InlineData("swin_mini_patch2_window4_32", ScalarType.BFloat16)]
    [InlineData("vit_mini_patch4_32", ScalarType.Float64)]
    public void Load_OfAnotherType_KeepsIt(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        using var model = VisionModels.Create(name);
        model.to(type);
        model.eval();
        VisionCheckpoint.Save(model, folder["m.safetensors"]);
        using var read = VisionCheckpoint.Load(folder["m.safetensors"]);
        read.parameters().ShouldAllBe(p => p.dtype == type);
        var images = randn(2, 3, 32, 32).to(type);
        read.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    [Fact]
    public void Load_WithNaNs_NamesTheTensor()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        using var model = TinyTask.Model();
        using (no_grad())
        {
            model.get_parameter("norm.bias")![3] = float.NaN;
        }
        VisionCheckpoint.Save(model, folder["m.safetensors"]);
        var e = Should.Throw<WeightsException>(() => VisionCheckpoint.Load(folder["m.safetensors"]));
        e.NotFinite.ShouldBe(["norm.bias (1 of 16)"]);
        e.Message.ShouldStartWith($"The weights in {folder["m.safetensors"]} do not fit vit_test");
    }

    [Fact]
    public void Load_AnyModel_TakesTheMemoryOfItsWeightsAndDrawsNothing()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        using (
            var model = VisionModels.Vit().Gigantic().PatchSize(14).ImageSize(28).Depth(2).Config.BuildEmpty(bfloat16)
        )
        {
            using var quiet = no_grad();
            foreach (var parameter in model.parameters())
            {
                parameter.zero_();
            }
            VisionCheckpoint.Save(model, folder["m.safetensors"]);
        }
        Memory.Trim();
        manual_seed(1);
        var drawn = rand(1).ToSingle();
        manual_seed(1);

        PeakMemory.Reset().ShouldBeTrue();
        var before = PeakMemory.Read();
        using var read = VisionCheckpoint.Load(folder["m.safetensors"]);
        var taken = PeakMemory.Read() - before;
        var weights = read.parameters().Sum(p => p.numel() * p.element_size());
        output.WriteLine($"{weights / 1e6:0} MB of weights, {taken / 1e6:0} MB taken, {(double)taken / weights:0.000}");
        ((double)taken / weights).ShouldBeInRange(0.9, 1.1);
        rand(1).ToSingle().ShouldBe(drawn);
    }

    [Fact]
    public void Load_ForeignSafetensors_IsRefusedWithASentence()
    {
        using TemporaryFolder folder = new();
        using var weight = ones(2, 2);
        Safetensors.Save(folder["foreign.safetensors"], [("w", weight)]);
        Should
            .Throw<WeightsException>(() => VisionCheckpoint.Load(folder["foreign.safetensors"]))
            .Message.ShouldContain("was not saved by this package");
        VisionCheckpoint.ConfigOf(folder["foreign.safetensors"]).ShouldBeNull();
    }

    [Fact]
    public void Load_TextFile_IsRefusedWithASentence()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["note.safetensors"], "this is a note");
        Should
            .Throw<SafetensorsException>(() => VisionCheckpoint.Load(folder["note.safetensors"]))
            .Message.ShouldContain(folder["note.safetensors"]);
    }

    [Theory]
    [InlineData("\"family\": \"vit\"", "\"family\": \"own\"", "The model family 'own' is unknown in this process")]
    [InlineData("\"loss\": \"drloc\"", "\"loss\": \"own\"", "The auxiliary loss 'own' is unknown in this process")]
    [InlineData(
        "\"imageSize\": 16,",
        "\"imageSize\": 16, \"attention\": \"own\",",
        "the part 'own' is not defined in this process"
    )]
    public void Load_WhatThisProcessDoesNotKnow_NamesIt(string known, string own, string sentence)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        using var model = TinyTask.Model();
        var metadata = CheckpointMetadata.Of(model);
        metadata["model"].ShouldContain(known);
        metadata["model"] = metadata["model"].Replace(known, own, StringComparison.Ordinal);
        Safetensors.Save(folder["m.safetensors"], model.state_dict(), metadata);
        var e = Should.Throw<WeightsException>(() => VisionCheckpoint.Load(folder["m.safetensors"]));
        e.Message.ShouldStartWith(folder["m.safetensors"]);
        e.Message.ShouldContain(sentence);

        // A model that is built already needs no configuration.
        using var other = TinyTask.Model(localization: false);
        other.LoadPretrained(folder["m.safetensors"]).Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void LoadInto_OtherShape_NamesTheTensorAndLeavesTheModelAlone()
    {
        using TemporaryFolder folder = new();
        using var two = TinyTask.Model(classes: 2);
        using var three = TinyTask.Model(classes: 3);
        two.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        VisionCheckpoint.Save(two, folder["two.safetensors"]);
        using var before = three.get_parameter("head.weight")!.clone();
        Should
            .Throw<WeightsException>(() => VisionCheckpoint.LoadInto(three, folder["two.safetensors"]))
            .Misshaped.ShouldBe(
                ["head.weight: [2, 16] instead of [3, 16]", "head.bias: [2] instead of [3]"],
                ignoreOrder: true
            );
        before.eq(three.get_parameter("head.weight")!).all().ToBoolean().ShouldBeTrue();
    }
}
