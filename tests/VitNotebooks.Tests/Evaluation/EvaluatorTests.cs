using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Evaluation;

[Collection(Alone.Name)]
public class EvaluatorTests
{
    [Fact]
    public async Task EvaluateAsync_AgainstImageByImage_GivesTheSameAccuracyAndLoss()
    {
        using var model = TinyTask.Model(localization: false, classes: 6);
        var data = TinyTask.Data(test: 25, classes: 6);
        model.Preprocessing = data.Preprocessing;
        model.train();
        var result = await model.EvaluateAsync(data, batchSize: 7);
        model.training.ShouldBeTrue();
        var right = 0;
        var five = 0;
        double loss = 0;
        model.eval();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var i = 0; i < data.Test.Count; i++)
        {
            var pixels = model.Preprocessing.Apply(data.Test.Read(i));
            var logits = model.call(pixels.reshape(1, 3, TinyTask.Size, TinyTask.Size)).data<float>().ToArray();
            var label = data.Test.Label(i);
            var above = logits.Count(l => l > logits[label]);
            right += above == 0 ? 1 : 0;
            five += above < 5 ? 1 : 0;
            loss += Math.Log(logits.Sum(l => Math.Exp(l))) - logits[label];
        }
        result.Images.ShouldBe(25);
        result.Top1.ShouldBe(right / 25.0, 1e-9);
        result.Top5.ShouldBe(five / 25.0, 1e-9);
        result.Loss.ShouldBe(loss / 25, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EvaluateAsync_BrokenImages_AreLeftOutAndListed(bool onDevice)
    {
        using var model = TinyTask.Model(localization: false);
        var whole = TinyTask.Data(test: 20);
        model.Preprocessing = whole.Preprocessing;
        var data = whole with { Test = WatchedDataset.Broken(whole.Test, 3, 11) };
        data = onDevice ? data.OnDevice() : data;
        (await Should.ThrowAsync<ImageFileException>(() => model.EvaluateAsync(data))).File.ShouldBe("bars/test/3.png");

        var options = new EvaluationOptions { BatchSize = 4, OnBroken = BrokenImagePolicy.SkipAndCount };
        var result = await model.EvaluateAsync(data, options);
        result.Images.ShouldBe(18);
        result.Broken.Select(b => b.File).ShouldBe(["bars/test/3.png", "bars/test/11.png"]);
        result.ToString().ShouldEndWith("; 2 broken images left out (bars/test/3.png, bars/test/11.png)");
        int[] rest = [.. Enumerable.Range(0, 20).Where(i => i is not (3 or 11))];
        var same = await model.EvaluateAsync(whole with { Test = new IndexedDataset(whole.Test, rest, "whole") });
        result.Top1.ShouldBe(same.Top1);
        result.Loss.ShouldBe(same.Loss, 1e-6);

        var e = await Should.ThrowAsync<ArgumentException>(() =>
            model.EvaluateAsync(data, options with { OnBroken = BrokenImagePolicy.Replace, Workers = 0 })
        );
        e.Message.ShouldContain("another one would count twice");
        e.Message.ShouldContain("Workers is 0");
    }

    [Fact]
    public async Task EvaluateAsync_OtherClasses_SaysWhatFits()
    {
        using var model = TinyTask.Model(classes: 3);
        var e = await Should.ThrowAsync<ArgumentException>(() => model.EvaluateAsync(TinyTask.Data()));
        e.Message.ShouldContain(".Classes(2)");
    }

    [Fact]
    public async Task EvaluateAsync_WeightsOfAnotherNormalization_SaysWhatFits()
    {
        using var model = TinyTask.Model();
        var data = TinyTask.Data();
        model.Preprocessing = data.Preprocessing with { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };
        var e = await Should.ThrowAsync<ArgumentException>(() => model.EvaluateAsync(data));
        e.Message.ShouldContain("mean 0.5 0.5 0.5");
        e.Message.ShouldContain("data.PreparedFor(model.Preprocessing)");
        (await model.EvaluateAsync(data.PreparedFor(model.Preprocessing))).Images.ShouldBe(data.Test.Count);

        using TemporaryFolder folder = new();
        Notes notes = new();
        Trainer.For(model).On(data).With(TinyTask.Recipe(epochs: 1)).InFolder(folder["run"]).Show(notes).Fit();
        notes.Text.ShouldContain("It is trained on these from now on");
        (await model.EvaluateAsync(data)).Images.ShouldBe(data.Test.Count);
    }

    [Fact]
    public void Predict_Image_GivesNamesAndProbabilitiesThatSumToOne()
    {
        using var model = TinyTask.Model(classes: 3);
        model.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        model.ClassNames = ["a", "b", "c"];
        var prediction = model.Predict(TinyTask.Data().Test.Read(1));
        prediction.Top.Count.ShouldBe(3);
        prediction.Top.Sum(t => t.Probability).ShouldBe(1, 1e-5);
        prediction.Top.Select(t => t.Probability).ShouldBeInOrder(SortDirection.Descending);
        prediction.ToString().Split('\n').Length.ShouldBe(3);
        model.Predict(TinyTask.Data().Test.Read(1), topK: 1).Top.ShouldHaveSingleItem();
    }

    [Fact]
    public void Predict_File_ReadsIt()
    {
        using TemporaryFolder folder = new();
        using var model = TinyTask.Model();
        model.Preprocessing = Preprocessing.ImageNet(TinyTask.Size);
        var image = TinyTask.Data().Test.Read(2);
        File.WriteAllBytes(folder["cat.png"], image.ToPng());
        model.Predict(folder["cat.png"]).ToString().ShouldBe(model.Predict(image).ToString());
    }
}
