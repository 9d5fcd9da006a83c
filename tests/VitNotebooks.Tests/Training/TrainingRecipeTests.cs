using System.Reflection;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

public class TrainingRecipeTests
{
    [Fact]
    public void Compat_HasTheNumbersOfTheAuthorsCode()
    {
        var r = Recipes.VtsDrloc.Compat;
        (r.Epochs, r.ScheduleHorizonEpochs, r.BatchSize, r.WarmupEpochs).ShouldBe((101, 300, 128, 20));
        (r.LearningRate, r.WarmupLearningRate, r.MinLearningRate, r.RateReferenceBatch).ShouldBe(
            (5e-4, 5e-7, 5e-6, 512)
        );
        (r.Beta1, r.Beta2, r.Epsilon, r.WeightDecay).ShouldBe((0.9, 0.999, 1e-8, 0.05));
        (r.LabelSmoothing, r.ClipNorm).ShouldBe((0.1, 5));
        r.Mixing.ShouldBe(new MixupCutMix(0.8, 1, 1, 0.5, MixMode.Batch, CorrectLambda: true));
        r.DropLast.ShouldBeTrue();
        r.Selection.ShouldBe(Selection.BestOnTest);
        r.Randomness.ShouldBe(StepRandomness.OneSequence);
    }

    [Fact]
    public void Recipes_AllNamed_AreValid()
    {
        foreach (
            var r in new[]
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
        var bad = Recipes.SmallImages with
        {
            BatchSize = 0,
            LearningRate = -1,
            LabelSmoothing = 1,
            WarmupEpochs = 10,
            ClipNorm = -2,
        };
        var e = Should.Throw<InvalidRecipeException>(() => bad.Validated());
        e.Faults.Count.ShouldBeGreaterThanOrEqualTo(5);
        e.Message.ShouldContain("a warm-up of 10 epochs does not end within 10");
        e.Message.ShouldContain("batch size 0");
    }

    [Fact]
    public void Validated_MixingWithOddBatch_IsRefused()
    {
        var odd = Recipes.VtsDrloc.Fixed.WithBatchSize(127);
        odd.Faults().ShouldHaveSingleItem().ShouldContain("must be even, not 127");
    }

    [Fact]
    public void Validated_FaultyMixing_NamesItsFaultsAmongTheRecipes()
    {
        var bad = Recipes.SmallImages with { ClipNorm = -2, Mixing = new MixupCutMix(-1, Probability: 2) };
        string[] faults = [.. bad.Faults()];
        faults.Length.ShouldBe(3);
        faults.ShouldContain("mixing: MixupAlpha is -1, expected at least 0.");
        faults.ShouldContain("mixing: Probability is 2, expected 0..1.");
    }

    [Fact]
    public void WithMixing_OfTwoNumbers_IsTimmsUsualMixing()
    {
        Recipes.SmallImages.WithMixing(0.8, 1).Mixing.ShouldBe(Recipes.VtsDrloc.Fixed.Mixing);
        Recipes.SmallImages.WithMixing(0, 1).Mixing.ShouldBe(new MixupCutMix(0, 1));
        Recipes.VtsDrloc.Fixed.WithMixing(0, 0).Mixing.ShouldBeNull();
    }

    [Fact]
    public void ToString_OfARecipe_SaysHowItMixes()
    {
        Recipes.VtsDrloc.Fixed.ToString().ShouldContain("  mixing          MixupCutMix(mixup 0.8, cutmix 1, ");
        Recipes.VtsDrloc.Quick.ToString().ShouldContain("  mixing          none");
    }

    [Fact]
    public void WithEpochs_WholeCosine_ScalesTheWarmup() =>
        Recipes.VtsDrloc.Fixed.WithEpochs(10).WarmupEpochs.ShouldBe(2);

    [Fact]
    public void WithEpochs_OwnHorizon_KeepsWarmupAndHorizon()
    {
        var r = Recipes.VtsDrloc.Compat.WithEpochs(30);
        (r.WarmupEpochs, r.HorizonEpochs).ShouldBe((20, 300));
    }

    [Fact]
    public void ToJson_ReadBack_IsEqual()
    {
        var r = Recipes.VtsDrloc.Compat with { MaxSteps = 7 };
        JsonSerializer.Deserialize<TrainingRecipe>(r.ToJson(), TrainingJson.Options).ShouldBe(r);
    }

    [Fact]
    public void ToJson_OfMixingWithEverySettingChanged_LosesNone()
    {
        MixupCutMix mixing = new(0.3, 0.7, 0.9, 0.4, MixMode.Elem, false, new(0.2, 0.8));
        PropertyInfo[] settings =
        [
            .. typeof(MixupCutMix).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite),
        ];
        settings.Length.ShouldBe(7);
        foreach (var setting in settings)
        {
            setting.GetValue(mixing).ShouldNotBe(setting.GetValue(new MixupCutMix()), setting.Name);
        }
        var r = Recipes.SmallImages with { Mixing = mixing };
        JsonSerializer.Deserialize<TrainingRecipe>(r.ToJson(), TrainingJson.Options).ShouldBe(r);
        r.ToJson().ShouldNotBe((r with { Mixing = mixing with { CutMixSides = new(0.2, 0.9) } }).ToJson());
    }

    [Fact]
    public void Deserialize_ASettingThatNoRecipeHas_IsRefused() =>
        Should
            .Throw<JsonException>(() =>
                JsonSerializer.Deserialize<TrainingRecipe>(
                    """{ "name": "of an older package", "epochs": 1, "mixup": 0.8 }""",
                    TrainingJson.Options
                )
            )
            .Message.ShouldContain("mixup");

    [Fact]
    public void For_BatchLargerThanTheSet_SaysSo() =>
        Should
            .Throw<InvalidRecipeException>(() => TrainingPlan.For(TinyTask.Recipe(batch: 64), 48))
            .Message.ShouldContain("a batch of 64 is larger than the 48 training images");

    [Fact]
    public void For_StepLimitInTheMiddleOfAnEpoch_CutsTheLastEpoch()
    {
        var plan = TrainingPlan.For(TinyTask.Recipe(epochs: 3) with { MaxSteps = 14 }, 48);
        (plan.StepsPerEpoch, plan.TotalSteps, plan.Epochs).ShouldBe((6, 14, 3));
        plan.StepsOf(1).ShouldBe(6);
        plan.StepsOf(2).ShouldBe(2);
    }
}
