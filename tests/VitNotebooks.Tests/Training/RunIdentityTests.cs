using System.Text.Json.Nodes;
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
public class RunIdentityTests
{
    [Fact]
    public void Fit_SameConfigurationOtherWeights_AreTwoRuns()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                using var first = Model(1);
                using var second = Model(2);
                var a = Given(first).Fit();
                var b = Given(second).Fit();
                var built = Trainer
                    .For(() => TinyTask.Model())
                    .On(TinyTask.Data())
                    .With(TinyTask.Recipe(epochs: 1))
                    .Show(TrainingDisplay.None)
                    .Fit();
                new[] { a.Folder, b.Folder, built.Folder }.Distinct().Count().ShouldBe(3);
                new[] { a.Identity, b.Identity, built.Identity }.Distinct().Count().ShouldBe(3);
                File.ReadAllBytes(a.FinalCheckpoint).ShouldNotBe(File.ReadAllBytes(b.FinalCheckpoint));

                // The same weights again, in another object: the run that is complete already.
                using var again = Model(1);
                Given(again).Fit().Folder.ShouldBe(a.Folder);
                StateHash.Of(again.state_dict()).ShouldBe(StateHash.Of(first.state_dict()));
            }
        );
    }

    [Fact]
    public void Fit_GivenWeightsInTheFolderOfABuiltRun_IsRefusedAndKeepsTheWeights()
    {
        using TemporaryFolder folder = new();
        TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1), seed: 0).Fit();
        using var model = Model(1);
        var before = StateHash.Of(model.state_dict());
        var e = Should.Throw<CheckpointMismatchException>(() => Given(model).InFolder(folder["run"]).Fit());
        e.Message.ShouldContain("start is \"built from the seed\" there and \"weights sha256:" + before);
        StateHash.Of(model.state_dict()).ShouldBe(before);
    }

    [Fact]
    public void Fit_GivenModelInterrupted_TheSameCallGoesOn()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                using var unbroken = Model(1);
                var whole = Given(unbroken).InFolder(folder["whole"]).Fit();
                using var model = Model(1);
                using CancellationTokenSource stop = new();
                stop.Cancel();
                var part = Should.Throw<TrainingInterruptedException>(() => Given(model).Fit(stop.Token)).Run;
                var rest = Given(model).Fit();
                rest.Folder.ShouldBe(part.Folder);
                RunBytes.ShouldBeEqual(whole.Folder, rest.Folder);

                // Once somebody changes the weights, it is a new start.
                using (no_grad())
                {
                    model.get_parameter("head.weight")!.zero_();
                }
                Given(model).Fit().Folder.ShouldNotBe(part.Folder);
            }
        );
    }

    [Fact]
    public void Fit_OtherWeightsBesideAnUnfinishedRun_SaysSo()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                using var first = Model(1);
                using var second = Model(2);
                using CancellationTokenSource stop = new();
                stop.Cancel();
                var part = Should.Throw<TrainingInterruptedException>(() => Given(first).Fit(stop.Token)).Run;
                Notes notes = new();
                Given(second).Show(notes).Fit();
                notes.Text.ShouldContain(
                    $"{part.Folder} holds an unfinished run of the same settings from other weights"
                );
            }
        );
    }

    [Fact]
    public void Fit_FunctionThatReturnsOtherWeights_IsRefused()
    {
        using TemporaryFolder folder = new();
        Trainer Function(int weights) =>
            Trainer
                .For(() => Model(weights))
                .On(TinyTask.Data())
                .With(TinyTask.Recipe(epochs: 1))
                .InFolder(folder["run"])
                .Show(TrainingDisplay.None);
        Function(1).Fit();
        Function(1).Fit().Status.ShouldBe(RunStatus.Completed);
        Should
            .Throw<CheckpointMismatchException>(() => Function(2).Fit())
            .Message.ShouldContain("began from other weights");
    }

    [Fact]
    public void Hash_OtherStart_IsAnother()
    {
        RunIdentity identity = new(new JsonObject(), null, false, RunIdentity.FromSeed, "d", new JsonObject(), 0, null);
        identity.ToJson()["package"]!.GetValue<string>().ShouldBe("0.1.0");
        (identity with { Start = RunIdentity.From("00") }).Hash().ShouldNotBe(identity.Hash());
    }

    [Fact]
    public void Fit_OtherSamplerPolicyOrPlace_IsAnotherRunAndOtherWorkersAreNot()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                Func<Trainer, Trainer>[] ways =
                [
                    t => t,
                    t => t.Sample(Sampler.Sequential),
                    t => t.Sample(new ClassBalancedSampler()),
                    t => t.Sample(new ClassBalancedSampler(16)),
                    t => t.Sample(new RepeatedAugmentationSampler()),
                    t => t.OnBroken(BrokenImagePolicy.SkipAndCount),
                    t => t.OnBroken(BrokenImagePolicy.Replace),
                    t => t.On(TinyTask.Data().OnDevice()),
                ];
                string[] folders =
                [
                    .. ways.Select(way =>
                    {
                        using var model = Model(1);
                        return way(Given(model)).Fit().Folder;
                    }),
                ];
                folders.Distinct().Count().ShouldBe(ways.Length);
                foreach (var same in new Func<Trainer, Trainer>[] { t => t.Workers(3), t => t.Prefetch(0) })
                {
                    using var model = Model(1);
                    same(Given(model)).Fit().Folder.ShouldBe(folders[0]);
                }
                // A run of the usual way is the run that it was before there were others.
                File.ReadAllText(Path.Combine(folders[0], "config.json")).ShouldNotContain("\"loading\"");
                TrainingRun.Load(folders[3]).Epochs[0].Steps.ShouldBe(2);
            }
        );
    }

    [Fact]
    public void Fit_DecodesPart_ReachesTheLoaderAndIsAnotherRun()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                var data = TinyTask.Data();
                VisionData Cropped() => data with { TrainPipeline = Pipeline.Empty.RandomResizedCrop(TinyTask.Size) };
                string Folder(Func<Trainer, Trainer> way)
                {
                    using var model = Model(1);
                    return way(Given(model).On(Cropped())).Fit().Folder;
                }
                Folder(t => t.DecodesPart()).ShouldNotBe(Folder(t => t));
                using var model = Model(1);
                Should
                    .Throw<ArgumentException>(() => Given(model).On(Cropped().OnDevice()).DecodesPart().Fit())
                    .Message.ShouldContain("DecodesPart");
            }
        );
    }

    [Fact]
    public void Fit_FolderOfAnotherPolicy_NamesIt()
    {
        using TemporaryFolder folder = new();
        TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        Should
            .Throw<CheckpointMismatchException>(() =>
                TinyTask
                    .Trainer(folder["run"], TinyTask.Recipe(epochs: 1))
                    .OnBroken(BrokenImagePolicy.SkipAndCount)
                    .Fit()
            )
            .Message.ShouldContain("loading is null there and \"shuffled, broken images: left out\" here");
    }

    [Fact]
    public void Fit_BadSamplerThreadsPrefetchAndPolicy_NamesAllFaults()
    {
        using TemporaryFolder folder = new();
        var e = Should.Throw<InvalidRecipeException>(() =>
            TinyTask
                .Trainer(folder["run"])
                .Sample(new RepeatedAugmentationSampler(Copies: 0, Multiple: 0))
                .Workers(0)
                .Prefetch(-1)
                .OnBroken((BrokenImagePolicy)7)
                .Fit()
        );
        e.Faults.Count.ShouldBe(5);
        e.Message.ShouldContain("Copies is 0");
        e.Message.ShouldContain("Workers is 0, expected 1..256.");
        e.Message.ShouldContain("Prefetch is -1");
        e.Message.ShouldContain("OnBroken is 7");
    }

    [Fact]
    public void Fit_FrozenOrCheckpointed_IsAnotherRun()
    {
        using TemporaryFolder folder = new();
        InRuns(
            folder.Path,
            () =>
            {
                string[] folders =
                [
                    .. new Action<VisionModel>[]
                    {
                        _ => { },
                        model => model.freeze_backbone(),
                        model => model.freeze_backbone(losses: false),
                        model => model.gradient_checkpointing = true,
                    }.Select(change =>
                    {
                        using var model = Model(1);
                        change(model);
                        return Given(model).Fit().Folder;
                    }),
                ];
                folders.Distinct().Count().ShouldBe(folders.Length);
                using var thawed = Model(1);
                thawed.freeze_backbone();
                thawed.freeze_backbone(freeze: false);
                Given(thawed).Fit().Folder.ShouldBe(folders[0]);
            }
        );
    }

    [Fact]
    public void Of_NameShapeTypeOrBit_ChangesTheHash()
    {
        using var scope = NewDisposeScope();
        var six = arange(6, float32);
        string[] hashes =
        [
            StateHash.Of(One("a", six)),
            StateHash.Of(One("b", six)),
            StateHash.Of(One("a", six.reshape(2, 3))),
            StateHash.Of(One("a", six.to(int32))),
            StateHash.Of(One("a", six + 1e-6)),
        ];
        hashes.Distinct().Count().ShouldBe(hashes.Length);
        StateHash.Of(One("a", six.reshape(3, 2).t())).ShouldNotBe(StateHash.Of(One("a", six.reshape(2, 3))));
        StateHash
            .Of(One("a", six.reshape(3, 2).t().contiguous()))
            .ShouldBe(StateHash.Of(One("a", six.reshape(3, 2).t())));

        static Dictionary<string, Tensor> One(string name, Tensor tensor) => new() { [name] = tensor };
    }

    [Fact]
    public void Fit_AtItsEnd_GivesIdleTensorMemoryBack()
    {
        using (var large = ones(16 << 20))
        {
            large.NumberOfElements.ShouldBe(16 << 20);
        }
        using TemporaryFolder folder = new();
        TinyTask.Trainer(folder["run"], TinyTask.Recipe(epochs: 1)).Fit();
        Memory.LargeTensors.Idle.ShouldBe(0);
    }

    private static VisionModel Model(int seed)
    {
        manual_seed(seed);
        return TinyTask.Model();
    }

    private static Trainer Given(VisionModel model) =>
        Trainer.For(model).On(TinyTask.Data()).With(TinyTask.Recipe(epochs: 1)).Show(TrainingDisplay.None);

    private static void InRuns(string folder, Action work)
    {
        var before = Environment.GetEnvironmentVariable("VITNB_RUNS");
        Environment.SetEnvironmentVariable("VITNB_RUNS", folder);
        try
        {
            work();
        }
        finally
        {
            Environment.SetEnvironmentVariable("VITNB_RUNS", before);
        }
    }
}
