using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
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
        Tensor logits = randn(5, classes);
        Tensor labels = tensor(new long[] { 0, 3, 6, 3, 1 });
        double fused = nn.functional.cross_entropy(logits, labels, label_smoothing: smoothing).ToDouble();
        float[] z = logits.data<float>().ToArray();
        double sum = 0;
        for (int i = 0; i < 5; i++)
        {
            double[] row = [.. z.Skip(i * classes).Take(classes).Select(v => (double)v)];
            double log = Math.Log(row.Sum(Math.Exp));
            for (int k = 0; k < classes; k++)
            {
                double target = (smoothing / classes) + (k == labels[i].ToInt64() ? 1 - smoothing : 0);
                sum -= target * (row[k] - log);
            }
        }
        fused.ShouldBe(sum / 5, 1e-6);
        Tensor soft = ImageMixing.Targets(labels, classes, smoothing, new ImageMixing.Draw(1, null));
        TrainingStep.SoftCrossEntropy(logits, soft).ToDouble().ShouldBe(sum / 5, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void Fit_AModelThatClassifiesCells_TrainsThatHeadToo(double mixup)
    {
        using TemporaryFolder folder = new();
        using VisionModel model = VisionModels.LvVit().Mini().ImageSize(TinyTask.Size).Classes(2).Depth(1).Build();
        model.get_parameter("aux_head.bias")!.abs().sum().ToDouble().ShouldBe(0);
        Trainer
            .For(model)
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 1) with { Mixup = mixup })
            .InFolder(folder["run"])
            .Show(TrainingDisplay.None)
            .Fit();
        model.get_parameter("aux_head.bias")!.abs().sum().ToDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Mixing_Mixup_IsTheWeightedSumOfBatchAndFlippedBatch()
    {
        using var scope = NewDisposeScope();
        Tensor images = arange(2 * 3 * 4 * 4, dtype: float32).reshape(2, 3, 4, 4);
        Tensor mixed = ImageMixing.Images(images, new ImageMixing.Draw(0.25, null));
        Tensor expected = (images * 0.25) + (images.flip(0) * 0.75);
        (mixed - expected).abs().max().ToDouble().ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Mixing_CutMix_TakesTheBoxFromThePartnerAndCorrectsTheShare()
    {
        using var scope = NewDisposeScope();
        TrainingRecipe recipe = TinyTask.Recipe() with { CutMix = 1 };
        for (int step = 0; step < 50; step++)
        {
            ImageMixing.Draw draw = ImageMixing.Sample(recipe, 1, 0, step, 16, 16);
            (int top, int bottom, int left, int right) = draw.Box!.Value;
            draw.Share.ShouldBe(1 - ((bottom - top) * (right - left) / 256.0), 1e-12);
            Tensor images = cat([zeros(1, 1, 16, 16), ones(1, 1, 16, 16)]);
            Tensor mixed = ImageMixing.Images(images, draw);
            mixed[0].mean().ToDouble().ShouldBe(1 - draw.Share, 1e-6);
            mixed[1].mean().ToDouble().ShouldBe(draw.Share, 1e-6);
        }
    }

    [Fact]
    public void Mixing_ManyDraws_HaveTheMeanAndSpreadOfTheirBeta()
    {
        TrainingRecipe recipe = TinyTask.Recipe() with { Mixup = 0.8 };
        double[] shares = [.. Enumerable.Range(0, 4000).Select(s => ImageMixing.Sample(recipe, 3, 1, s, 8, 8).Share)];
        double mean = shares.Average();
        double variance = shares.Select(s => (s - mean) * (s - mean)).Average();
        mean.ShouldBe(0.5, 0.02);
        variance.ShouldBe(1 / (4 * ((2 * 0.8) + 1)), 0.006);
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
