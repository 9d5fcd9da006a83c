using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Training;

[Collection(Alone.Name)]
public class TrainingStepTests
{
    [Fact]
    public void LabelSmoothing_AgainstTheClosedForm_IsTheSame()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        const double smoothing = 0.1;
        const int classes = 7;
        var logits = randn(5, classes);
        var labels = tensor(new long[] { 0, 3, 6, 3, 1 });
        var fused = nn.functional.cross_entropy(logits, labels, label_smoothing: smoothing).ToDouble();
        var z = logits.data<float>().ToArray();
        double sum = 0;
        for (var i = 0; i < 5; i++)
        {
            double[] row = [.. z.Skip(i * classes).Take(classes).Select(v => (double)v)];
            var log = Math.Log(row.Sum(Math.Exp));
            for (var k = 0; k < classes; k++)
            {
                var target = (smoothing / classes) + (k == labels[i].ToInt64() ? 1 - smoothing : 0);
                sum -= target * (row[k] - log);
            }
        }
        fused.ShouldBe(sum / 5, 1e-6);
        var soft = new MixDraw(MixMode.Batch, 5, [MixPart.None]).Targets(labels, classes, smoothing);
        TrainingStep.SoftCrossEntropy(logits, soft).ToDouble().ShouldBe(sum / 5, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void Fit_AModelThatClassifiesCells_TrainsThatHeadToo(double mixup)
    {
        using TemporaryFolder folder = new();
        using var model = VisionModels.LvVit().Mini().ImageSize(TinyTask.Size).Classes(2).Depth(1).Build();
        model.get_parameter("aux_head.bias")!.abs().sum().ToDouble().ShouldBe(0);
        Trainer
            .For(model)
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 1).WithMixing(mixup, 0))
            .InFolder(folder["run"])
            .Show(TrainingDisplay.None)
            .Fit();
        model.get_parameter("aux_head.bias")!.abs().sum().ToDouble().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(MixMode.Batch)]
    [InlineData(MixMode.Pair)]
    [InlineData(MixMode.Elem)]
    public void Run_WithMixing_LearnsTheDrawOfItsStepAndCountsEachImageAsWhatItShows(MixMode mode)
    {
        const int seed = 4;
        const int epoch = 2;
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = TinyTask.Model(localization: false);
        MixupCutMix mixing = new(Mode: mode);
        var recipe = TinyTask.Recipe() with { Mixing = mixing };
        using TrainingOptimizer optimizer = new(DecayGroups.Of(model, recipe.DecayGrouping), recipe);
        using RunningMetrics metrics = new(optimizer.Device);
        var data = TinyTask.Data();
        // In the dataset's order image i and its partner B - 1 - i are of the two classes.
        using Loader loader = new(data.Train, data.TrainPipeline, new LoaderOptions { BatchSize = 8, Workers = 1 });
        using var batch = loader.Epoch(0).First();
        TrainingStep update = new(model, optimizer, recipe, seed);
        model.train();
        long partners = 0;
        for (var step = 0; step < 12; step++)
        {
            var draw = mixing.Draw(
                batch.Count,
                TinyTask.Size,
                TinyTask.Size,
                new TorchRandom(RunRandomness.ForMixing(seed, epoch, step))
            );
            var counted = draw.Counted(batch.Labels);
            partners += counted.ne(batch.Labels).sum().ToInt64();
            double loss;
            double accuracy;
            manual_seed(RunRandomness.ForStep(seed, epoch, step));
            using (NewDisposeScope())
            {
                using var features = model.forward_features(draw.Images(batch.Images));
                var logits = model.forward_head(features);
                var targets = draw.Targets(batch.Labels, 2, recipe.LabelSmoothing);
                loss = TrainingStep.SoftCrossEntropy(logits, targets).ToDouble();
                accuracy = logits.argmax(1).eq(counted).to(float64).mean().ToDouble();
            }
            metrics.Clear();
            update.Run(batch, epoch, step, 1e-3, metrics);
            var reading = metrics.Read();
            reading.Loss.ShouldBe(loss, 1e-6, $"step {step}");
            reading.Accuracy.ShouldBe(accuracy, 1e-12, $"step {step}");
        }
        partners.ShouldBeGreaterThan(0);
    }

    [Fact]
    public Task Fit_ThousandSteps_KeepsTensorsAndMemoryFlat() => StepsStayFlat(epochs: 167);

    [Fact]
    [Trait("Category", "OnDemand")]
    public Task Fit_TenThousandSteps_KeepsTensorsAndMemoryFlat() => StepsStayFlat(epochs: 1667);

    // 6 updates an epoch: 167 epochs make 1,002 updates.
    private static async Task StepsStayFlat(int epochs)
    {
        using TemporaryFolder folder = new();
        Watch watch = new();
        await TinyTask
            .Trainer(folder["run"], TinyTask.Recipe(epochs) with { EvaluateEvery = 10_000 })
            .OnProgress(watch)
            .FitAsync();
        watch.Samples.Count.ShouldBeGreaterThan(epochs / 2);
        var late = watch.Samples.Where(s => s.Step >= 300 && s.Phase == TrainingPhase.Training).ToList();
        late[^1].Step.ShouldBeGreaterThan(5 * epochs);
        long[] tensors = [.. late.Select(s => s.Tensors)];
        (tensors.Max() - tensors.Min()).ShouldBeLessThanOrEqualTo(24, "live tensors must not grow");
        (late[^1].Resident - late[0].Resident).ShouldBeLessThan(24L << 20, "resident memory must not grow");
    }

    private sealed class Watch : IProgress<TrainingProgress>
    {
        public List<(long Step, TrainingPhase Phase, long Tensors, long Resident)> Samples { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Step == value.StepsPerEpoch || value.Phase == TrainingPhase.Finished)
            {
                Samples.Add((value.GlobalStep, value.Phase, Tensor.TotalCount, Memory.ResidentBytes));
            }
        }
    }
}
