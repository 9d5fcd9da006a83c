using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Training;

/// <summary>A run is not taken for that of other code under the same names.</summary>
[Collection(Alone.Name)]
public sealed class UserCodeTests
{
    private sealed class Mixing : nn.Module<Tensor, Tensor>
    {
        private readonly Linear mix;
        private readonly double _scale;
        private readonly double _dropout;

        public Mixing(PartPlace place, double scale, double dropout)
            : base(nameof(Mixing))
        {
            (_scale, _dropout) = (scale, dropout);
            mix = nn.Linear(place.Width, place.Width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            nn
                .functional.dropout(mix.call(input.mean([1], keepdim: true).expand_as(input)), _dropout, training)
                .mul(_scale);
    }

    private static VitBuilder Chain(double scale = 1, double dropout = 0, bool zeroHead = false)
    {
        var chain = VisionModels.Vit();
        if (zeroHead)
        {
            chain = chain.BigVision();
        }

        return chain
            .ImageSize(TinyTask.Size)
            .Classes(2)
            .PatchSize(4)
            .EmbedDim(16)
            .Depth(1)
            .Heads(2)
            .Attention("tests-code", place => new Mixing(place, scale, dropout));
    }

    private static Trainer Run(VitBuilder chain) =>
        Trainer
            .For(chain.Build)
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 1))
            .Seed(0)
            .Show(TrainingDisplay.None);

    [Fact]
    public void Fit_APartThatWasChanged_IsAnotherRunBesideIt()
    {
        using TemporaryFolder folder = new();
        using var runs = new Runs(folder.Path);
        var first = Run(Chain()).Fit();
        Run(Chain()).Fit().Folder.ShouldBe(first.Folder);

        Notes notes = new();
        var scaled = Run(Chain(scale: 2)).Show(notes).Fit();
        scaled.Folder.ShouldBe(first.Folder + "-2");
        notes.Text.ShouldContain($"something else than in {first.Folder}");
        File.ReadAllBytes(scaled.FinalCheckpoint).ShouldNotBe(File.ReadAllBytes(first.FinalCheckpoint));

        // Seen in train mode only.
        var dropped = Run(Chain(dropout: 0.5)).Fit();
        dropped.Folder.ShouldBe(first.Folder + "-3");

        Run(Chain(scale: 2)).Fit().Folder.ShouldBe(scaled.Folder);
        Run(Chain()).Fit().Folder.ShouldBe(first.Folder);
    }

    [Fact]
    public void Fit_APartThatWasChanged_IsRefusedInTheSameFolder()
    {
        using TemporaryFolder folder = new();
        Run(Chain()).InFolder(folder["run"]).Fit();
        var before = File.ReadAllBytes(Path.Combine(folder["run"], "final.safetensors"));
        Should
            .Throw<CheckpointMismatchException>(() => Run(Chain(scale: 2)).InFolder(folder["run"]).Fit())
            .Message.ShouldContain("a part of your own computed something else then");
        File.ReadAllBytes(Path.Combine(folder["run"], "final.safetensors")).ShouldBe(before);
    }

    [Fact]
    public void Fit_GivenModelWithAPartInterrupted_TheSameCallGoesOn()
    {
        using TemporaryFolder folder = new();
        using var runs = new Runs(folder.Path);
        using var model = Chain(scale: 3).Build();
        using CancellationTokenSource stop = new();
        stop.Cancel();
        var trainer = Trainer
            .For(model)
            .On(TinyTask.Data())
            .With(TinyTask.Recipe(epochs: 1))
            .Show(TrainingDisplay.None);
        var part = Should.Throw<TrainingInterruptedException>(() => trainer.Fit(stop.Token)).Run;
        trainer.Fit().Folder.ShouldBe(part.Folder);
    }

    [Fact]
    public void Of_AClassifierOfZeros_SeesTheChange()
    {
        using var scope = NewDisposeScope();
        using var model = Built(1);
        using var other = Built(2);
        using var again = Built(1);
        UserCode.Of(other)!.IsThatOf(UserCode.Of(model)!.ToJson()).ShouldBeFalse();
        UserCode.Of(again)!.IsThatOf(UserCode.Of(model)!.ToJson()).ShouldBeTrue();

        static VisionModel Built(double scale)
        {
            manual_seed(3);
            return Chain(scale, zeroHead: true).Build();
        }
    }

    [Fact]
    public void Of_AModel_LeavesItAsItWas()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels
            .ResNet()
            .Mini()
            .Head("tests-code-head", place => nn.Linear(place.Width, place.Output[^1]))
            .Build();
        var before = StateHash.Of(model.state_dict());
        var random = get_rng_state();
        UserCode.Of(model).ShouldNotBeNull();
        StateHash.Of(model.state_dict()).ShouldBe(before);
        get_rng_state().eq(random).all().ToBoolean().ShouldBeTrue();
        model.training.ShouldBeTrue();
        using var ours = VisionModels.ResNet().Mini().Build();
        UserCode.Of(ours).ShouldBeNull();
    }

    private sealed class Runs : IDisposable
    {
        private readonly string? _before = Environment.GetEnvironmentVariable("VITNB_RUNS");

        public Runs(string folder) => Environment.SetEnvironmentVariable("VITNB_RUNS", folder);

        public void Dispose() => Environment.SetEnvironmentVariable("VITNB_RUNS", _before);
    }
}
