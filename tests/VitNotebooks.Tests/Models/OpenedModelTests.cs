using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
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

namespace VitNotebooks.Tests.Models;

/// <summary>A model that is built around the weights of a file has its memory and no more.</summary>
[Collection(Alone.Name)] // peak memory is the process's, so these run alone
public sealed class OpenedModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(4)]
    public void Open_GiganticVit_TakesTheMemoryOfItsWeights(int depth) => TakesTheMemoryOfItsWeights(depth);

    [Theory]
    [InlineData(48)] // 1.84 G parameters, a file of 3.7 GB
    [Trait("Category", "OnDemand")]
    public void Open_WholeGiganticVit_TakesTheMemoryOfItsWeights(int depth) => TakesTheMemoryOfItsWeights(depth);

    private void TakesTheMemoryOfItsWeights(int depth)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");
        // Of 28 pixels, so that a CPU without bfloat16 in its instructions is done in a moment; the weights are as many but for the positions.
        var config = VisionModels.Vit().Gigantic().PatchSize(14).ImageSize(28).Depth(depth).Config;
        var expected = Write(config, path);
        Memory.Trim();

        PeakMemory.Reset().ShouldBeTrue();
        var before = PeakMemory.Read();
        using var model = VisionModels.Open(config, path);
        var taken = PeakMemory.Read() - before;
        var weights = model.parameters().Sum(p => p.numel() * p.element_size());
        output.WriteLine($"{weights / 1e6:0} MB of weights, {taken / 1e6:0} MB taken, {(double)taken / weights:0.000}");
        ((double)taken / weights).ShouldBeInRange(0.9, 1.1);
        model.parameters().ShouldAllBe(p => p.dtype == ScalarType.BFloat16);
        model.get_parameter("head.bias")!.to(float32).mean().ToSingle().ShouldBe(expected, 1e-6f);
        model.eval();
        using var quiet = no_grad();
        model.call(ones(1, 3, 28, 28, dtype: bfloat16)).isfinite().all().ToBoolean().ShouldBeTrue();
    }

    private static float Write(ModelConfig config, string path)
    {
        using var scope = NewDisposeScope();
        using var model = config.BuildEmpty(bfloat16);
        using var quiet = no_grad();
        foreach (var parameter in model.parameters())
        {
            if (parameter.dim() == 1)
            {
                parameter.fill_(0.5);
            }
            else
            {
                parameter.zero_().narrow(0, 0, 1).fill_(0.01);
            }
        }
        Safetensors.Save(path, model.state_dict());
        return 0.5f;
    }

    [Fact]
    public void Open_AFileOfAnotherType_ConvertsWhatItReads()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");
        using var model = VisionModels.Create("vitc_mini_patch4_32");
        Safetensors.Save(path, model.state_dict());
        using var same = VisionModels.Open(model.Config, path);
        using var half = VisionModels.Open(model.Config, path, dtype: bfloat16);
        model.eval();
        same.eval();
        half.eval();
        var images = randn(2, 3, 32, 32);
        same.call(images).Equals(model.call(images)).ShouldBeTrue();
        half.get_parameter("norm.weight")!.dtype.ShouldBe(ScalarType.BFloat16);
        (half.call(images.to(bfloat16)).to(float32) - model.call(images))
            .abs()
            .max()
            .ToSingle()
            .ShouldBeLessThan(0.05f);
        same.train();
        same.call(images).sum().backward();
        same.parameters().ShouldAllBe(p => p.requires_grad && !ReferenceEquals(p.grad, null));
        get_default_dtype().ShouldBe(ScalarType.Float32);
    }

    [Fact]
    public void Open_AnotherModelsFile_SaysSoAndLeavesNothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");
        using var model = VisionModels.Create("vit_mini_patch4_32");
        Safetensors.Save(path, model.state_dict());
        var before = Memory.LiveTensors;
        Should
            .Throw<WeightsException>(() =>
                VisionModels.Open(VisionModels.ConfigOf("swin_mini_patch2_window4_32"), path)
            )
            .Message.ShouldContain("they look like ViT, timm's names");
        (Memory.LiveTensors - before).ShouldBeInRange(-10_000, 0);
    }

    [Theory]
    [InlineData("vit_mini_patch4_32")]
    [InlineData("swin_mini_patch2_window4_32")] // computes masks
    public void Open_BFloat16_Runs(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = VisionModels.Create(name);
        model.to(bfloat16);
        Safetensors.Save(folder["w.safetensors"], model.state_dict());
        using var opened = VisionModels.Open(model.Config, folder["w.safetensors"]);
        opened.buffers().ShouldAllBe(b => b.dtype != ScalarType.Float32);
        model.eval();
        opened.eval();
        var images = randn(2, 3, 32, 32).to(bfloat16);
        opened.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    // What it starts with is in no state dict.
    private sealed class Doubling : nn.Module<Tensor, Tensor>
    {
        private readonly Linear linear;

        public Doubling(PartPlace place)
            : base(nameof(Doubling))
        {
            linear = nn.Linear(place.Width, place.Width);
            RegisterComponents();
            register_buffer("factor", nn.init.constant_(empty(1), 2), persistent: false);
        }

        public override Tensor forward(Tensor input) => linear.call(input).mul(get_buffer("factor")!);
    }

    [Fact]
    public void BuildEmpty_WithAPartOfTheUsers_StartsIt()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = VisionModels.Vit().Mini().Attention("tests-doubling", p => new Doubling(p)).Build();
        VisionCheckpoint.Save(model, folder["w.safetensors"]);
        using var loaded = VisionCheckpoint.Load(folder["w.safetensors"]);
        model.eval();
        var images = randn(2, 3, 32, 32);
        loaded.call(images).Equals(model.call(images)).ShouldBeTrue();
    }

    [Fact]
    public void OpenAsTrained_OtherClassesAndALoss_HasTheWeightsClassesAndNoLoss()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trained = VisionModels.Vit().Mini().Classes(3).WithRelativeLocalization().Build();
        Safetensors.Save(folder["w.safetensors"], trained.state_dict()); // as a file that says nothing of its model
        using var model = VisionModels.OpenAsTrained(trained.Config with { Classes = 10 }, folder["w.safetensors"]);
        model.Config.Classes.ShouldBe(3);
        model.auxiliary_losses.ShouldBeEmpty();
        model.LoadedWeights!.KeptHeads.ShouldBeEmpty();
        model.LoadedWeights.Lines.ShouldBe([
            "drloc: in the weights alone, a part of the loss that they were trained with, and left out.",
        ]);
        model.eval();
        trained.eval();
        var images = randn(2, 3, 32, 32);
        model.call(images).Equals(trained.call(images)).ShouldBeTrue();
    }

    [Fact]
    public void Create_PublishedWeightsThatBringEverything_DrawsNothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var weights = PublishedWeights.Of("cct_7_3x1_32", "cifar10_300e") with { FileName = "w.safetensors" };
        using var published = VisionModels.Create(weights.Model);
        Directory.CreateDirectory(folder["weights"]);
        Safetensors.Save(folder["weights/w.safetensors"], published.state_dict());
        manual_seed(1);
        var drawn = rand(1).ToSingle();
        manual_seed(1);
        using var model = weights.Create(store: new DataStore(folder.Path) { IsOffline = true });
        rand(1).ToSingle().ShouldBe(drawn);
        foreach (var (name, tensor) in published.state_dict())
        {
            model.state_dict()[name].Equals(tensor).ShouldBeTrue(name);
        }

        using var other = weights.Create(classes: 3, store: new DataStore(folder.Path) { IsOffline = true });
        other.LoadedWeights!.KeptHeads.ShouldBe(["classifier.fc"]);
        rand(1).ToSingle().ShouldNotBe(drawn);
    }

    [Fact]
    public void TakeWeights_TensorsInMemory_AreTheModelsOwn()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini_patch4_32");
        using var other = VisionModels.CreateEmpty("vit_mini_patch4_32");
        var weights = model.state_dict().ToDictionary(t => t.Key, t => t.Value.detach().clone());
        other.TakeWeights(weights).Resampled.ShouldBeEmpty();
        using (no_grad())
        {
            weights["norm.weight"].fill_(3);
        }

        other.get_parameter("norm.weight")!.mean().ToSingle().ShouldBe(3);
        other.get_parameter("head.weight")!.Equals(model.get_parameter("head.weight")!).ShouldBeTrue();
    }

    [Fact]
    public void BuildEmpty_AType_IsThatOfEveryWeightAndDrawsNothing()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var first = VisionModels.CreateEmpty("vitc_mini_patch4_32", bfloat16);
        var drawn = rand(1).ToSingle();
        manual_seed(1);
        rand(1).ToSingle().ShouldBe(drawn);
        first.parameters().ShouldAllBe(p => p.dtype == ScalarType.BFloat16);
        nn.Linear(2, 2).weight.dtype.ShouldBe(ScalarType.Float32);
        Should.Throw<ArgumentException>(() => VisionModels.CreateEmpty("vit_mini_patch4_32", ScalarType.Int32));
    }
}
