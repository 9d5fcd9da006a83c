using System.Text.Json;
using Shouldly;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

public class TrainingRecipeTests
{
    [Fact]
    public void Compat_HasTheNumbersOfTheAuthorsCode()
    {
        TrainingRecipe r = Recipes.VtsDrloc.Compat;
        (r.Epochs, r.ScheduleHorizonEpochs, r.BatchSize, r.WarmupEpochs).ShouldBe((101, 300, 128, 20));
        (r.LearningRate, r.WarmupLearningRate, r.MinLearningRate, r.RateReferenceBatch).ShouldBe(
            (5e-4, 5e-7, 5e-6, 512)
        );
        (r.Beta1, r.Beta2, r.Epsilon, r.WeightDecay).ShouldBe((0.9, 0.999, 1e-8, 0.05));
        (r.LabelSmoothing, r.ClipNorm, r.Mixup, r.CutMix).ShouldBe((0.1, 5, 0.8, 1));
        r.DropLast.ShouldBeTrue();
        r.Selection.ShouldBe(Selection.BestOnTest);
        r.Randomness.ShouldBe(StepRandomness.OneSequence);
    }

    [Fact]
    public void Recipes_AllNamed_AreValid()
    {
        foreach (
            TrainingRecipe r in new[]
            {
                Recipes.SmallImages,
                Recipes.VtsDrloc.Compat,
                Recipes.VtsDrloc.Fixed,
                Recipes.VtsDrloc.Quick,
                Recipes.VtsDrloc.Epochs(30),
            }
        )
        {
            r.Faults().ShouldBeEmpty(r.Name);
        }
    }

    [Fact]
    public void Validated_ManyFaults_ReportsAllAtOnce()
    {
        TrainingRecipe bad = Recipes.SmallImages with
        {
            BatchSize = 0,
            LearningRate = -1,
            LabelSmoothing = 1,
            WarmupEpochs = 10,
            ClipNorm = -2,
        };
        InvalidRecipeException e = Should.Throw<InvalidRecipeException>(() => bad.Validated());
        e.Faults.Count.ShouldBeGreaterThanOrEqualTo(5);
        e.Message.ShouldContain("a warm-up of 10 epochs does not end within 10");
        e.Message.ShouldContain("batch size 0");
    }

    [Fact]
    public void Validated_MixingWithOddBatch_IsRefused()
    {
        TrainingRecipe odd = Recipes.VtsDrloc.Fixed.WithBatchSize(127);
        odd.Faults().ShouldHaveSingleItem().ShouldContain("must be even, not 127");
    }

    [Fact]
    public void WithEpochs_WholeCosine_ScalesTheWarmup() =>
        Recipes.VtsDrloc.Fixed.WithEpochs(10).WarmupEpochs.ShouldBe(2);

    [Fact]
    public void WithEpochs_OwnHorizon_KeepsWarmupAndHorizon()
    {
        TrainingRecipe r = Recipes.VtsDrloc.Compat.WithEpochs(30);
        (r.WarmupEpochs, r.HorizonEpochs).ShouldBe((20, 300));
    }

    [Fact]
    public void ToJson_ReadBack_IsEqual()
    {
        TrainingRecipe r = Recipes.VtsDrloc.Compat with { MaxSteps = 7 };
        JsonSerializer.Deserialize<TrainingRecipe>(r.ToJson(), TrainingJson.Options).ShouldBe(r);
    }

    [Fact]
    public void For_BatchLargerThanTheSet_SaysSo() =>
        Should
            .Throw<InvalidRecipeException>(() => TrainingPlan.For(TinyTask.Recipe(batch: 64), 48))
            .Message.ShouldContain("a batch of 64 is larger than the 48 training images");

    [Fact]
    public void For_StepLimitInTheMiddleOfAnEpoch_CutsTheLastEpoch()
    {
        TrainingPlan plan = TrainingPlan.For(TinyTask.Recipe(epochs: 3) with { MaxSteps = 14 }, 48);
        (plan.StepsPerEpoch, plan.TotalSteps, plan.Epochs).ShouldBe((6, 14, 3));
        plan.StepsOf(1).ShouldBe(6);
        plan.StepsOf(2).ShouldBe(2);
    }
}
