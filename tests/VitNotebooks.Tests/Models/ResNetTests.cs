using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Layers;
using VitNotebooks.Losses;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class ResNetTests(ITestOutputHelper output)
{
    // Parameters as torchvision's documentation has them; entries of its state dicts, counted with 0.14.
    [Theory]
    [InlineData("resnet18", 11_689_512, 122)]
    [InlineData("resnet34", 21_797_672, 218)]
    [InlineData("resnet50", 25_557_032, 320)]
    [InlineData("resnet101", 44_549_160, 626)]
    [InlineData("resnet152", 60_192_808, 932)]
    public void Build_EverySize_HasTorchvisionsParameters(string name, long parameters, int entries)
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create(name);
        model.summary().Parameters.ShouldBe(parameters);
        model.state_dict().Count.ShouldBe(entries);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Forward_TorchvisionsWeights_GivesItsLogitsGradientsAndRunningStatistics(string name)
    {
        using var scope = NewDisposeScope();
        using var reference = new TorchvisionReference("resnet_torchvision.py", name);
        var map = StateDictMap.Torchvision("ResNet");
        var values = reference.Load("values");
        using var model = VisionModels.Create(name, imageSize: 112);
        model.LoadWeights(reference.Load("weights"), map);
        model.eval();

        var logits = model.call(values["images"]);
        var logitError = TorchvisionReference.RelativeError(logits, values["logits"]);
        // In double precision: in single precision a value that rounds to the other side of a ReLU's zero moves gradients
        // by a percent.
        model.to(ScalarType.Float64);
        nn.functional.cross_entropy(model.call(values["images"].@double()), values["labels"]).backward();
        var (worst, gradientError) = TorchvisionReference.WorstGradient(model, reference.Load("gradients"), map);
        output.WriteLine($"{name}: logits {logitError:e2}, gradients {gradientError:e2} ({worst})");
        logitError.ShouldBeLessThan(1e-5);
        gradientError.ShouldBeLessThan(1e-4, worst);

        model.to(ScalarType.Float32);
        model.train();
        using (no_grad())
        {
            TorchvisionReference.RelativeError(model.call(values["images"]), values["trained"]).ShouldBeLessThan(1e-4);
        }

        var state = model.state_dict();
        foreach (var (key, expected) in reference.Load("trained"))
        {
            if (key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                state[key].ToInt64().ShouldBe(expected.ToInt64(), key);
            }
            else if (key.Contains("running_", StringComparison.Ordinal))
            {
                TorchvisionReference.RelativeError(state[key], expected).ShouldBeLessThan(1e-4, key);
            }
        }
    }

    // Norms and projections, in training too, which the test above holds in outputs and buffers alone.
    [Theory]
    [InlineData("resnet18", 96)]
    [InlineData("resnet18", 160)]
    [InlineData("resnet50", 128)]
    public void Forward_OfTorchvisionsCode_IsOurs(string name, int size)
    {
        using var model = VisionModels.Create(name, classes: 10, imageSize: size);
        output.WriteLine($"{name} at {size}: {Original.Read($"{name}_{size}").Compare(model)}");
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Build_EitherBlock_HasTorchvisionsNamesAndShapes(string name)
    {
        using var model = VisionModels.Create(name);
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of(name));
    }

    [Fact]
    public void DecayGroups_Intended_DecaysAllButVectors()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("resnet18");
        model.no_weight_decay().ShouldBeEmpty();
        var groups = DecayGroups.Of(model, DecayGrouping.Intended);
        groups.Undecayed.ShouldAllBe(p => p.Parameter.shape.Length == 1);
        groups.Decayed.Count.ShouldBe(21); // 20 convolutions and the classifier
    }

    [Fact]
    public void Layers_EveryParameter_BelongsToOne()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("resnet18");
        var layers = model.layers();
        layers.Count.ShouldBe(10); // stem, 8 blocks, classifier
        foreach (var (name, _) in model.named_parameters())
        {
            layers.Count(l => l.Any(start => name.StartsWith(start, StringComparison.Ordinal))).ShouldBe(1, name);
        }
    }

    [Fact]
    public void Build_ZeroInitResidual_StartsEveryBlockAsTheIdentity()
    {
        using var scope = NewDisposeScope();
        using var zero = VisionModels.ResNet().Layers18().ImageSize(32).ZeroInitResidual().Build();
        var norms = zero.modules().OfType<ResidualBlock>().Select(block => block.LastNorm).ToList();
        norms.Count.ShouldBe(8);
        norms.ShouldAllBe(norm => norm.weight!.abs().max().ToSingle() == 0);
        using var plain = VisionModels.ResNet().Layers18().ImageSize(32).Build();
        plain.modules().OfType<ResidualBlock>().ShouldAllBe(block => block.LastNorm.weight!.min().ToSingle() == 1);
    }

    [Fact]
    public void ForwardFeatures_CifarStem_KeepsTheImagesSide()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.ResNet().Layers18().CifarStem().ImageSize(32).Classes(10).Build();
        model.eval();
        model.modules().OfType<MaxPool2d>().ShouldBeEmpty();
        ((Conv2d)model.named_modules().Single(m => m.name == "conv1").module).kernel_size.ShouldBe([3L, 3]);
        model.get_parameter("conv1.weight")!.shape.ShouldBe([64, 3, 3, 3]);
        var features = model.forward_features(randn(2, 3, 32, 32));
        features
            .Maps.Select(m => (m.Stride, m.Map.shape[1], m.Map.shape[2]))
            .ShouldBe([(1, 64, 32), (2, 128, 16), (4, 256, 8), (8, 512, 4)]);
        features.Last.Map.shape[2].ShouldBe(model.Config.LastMapSide);
    }

    [Fact]
    public void ForwardFeatures_BlocksAskedFor_AreThoseOfTheLogits()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.ResNet().Layers50().Width(8).ImageSize(64).Classes(10).Build();
        model.eval();
        var images = randn(2, 3, 64, 64);
        var plain = model.forward_features(images);
        using var inner = NewDisposeScope();
        using var features = model.forward_features(images, FeatureRequest.Blocks);
        inner.DisposablesCount.ShouldBe(features.OwnedTensors.Count());
        features.Final.Equals(plain.Final).ShouldBeTrue();
        features.Blocks.Count.ShouldBe(16);
        features.Blocks[0].Name.ShouldBe("layer1.0");
        features.Blocks[^1].Tokens.transpose(1, 2).Equals(features.Last.Map.flatten(2)).ShouldBeTrue();
        features.Blocks[0].Tokens.retain_grad();
        model.forward_head(features).sum().backward();
        features.Blocks[0].Tokens.grad!.abs().max().ToSingle().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Backward_WithLocalization_ReachesEveryParameterAndLeavesOnlyItsResult()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels
            .ResNet()
            .Layers18()
            .Width(8)
            .CifarStem()
            .ImageSize(64)
            .Classes(10)
            .WithRelativeLocalization()
            .Build();
        model.train();
        using (NewDisposeScope())
        {
            using var inner = NewDisposeScope();
            using var logits = model.call(randn(2, 3, 64, 64).MoveToOuterDisposeScope());
            inner.DisposablesCount.ShouldBe(1);
        }
        var features = model.forward_features(randn(2, 3, 64, 64));
        var loss =
            nn.functional.cross_entropy(model.forward_head(features), tensor(new long[] { 0, 1 }))
            + model.auxiliary_losses.Single().forward(features, null);
        loss.backward();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.grad!.abs().max().ToSingle().ShouldBeGreaterThan(0, name);
        }

        ModelConfig.FromJson(model.Config.ToJson()).ShouldBe(model.Config);
    }

    [Fact]
    public void Summary_ResNet50_CountsShapesAndMultiplyAdds()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("resnet50");
        var summary = model.summary();
        ((double)summary.Macs).ShouldBe(4.09e9, 0.03e9); // torchvision documents 4.09 GFLOPS, without the norms
        summary.Children.Single(c => c.Path == "layer4").OutputShape.ShouldBe([1, 2048, 7, 7]);
        summary.Macs.ShouldBe(summary.Children.Sum(c => c.Macs));
        summary.ToString().ShouldContain("25,557,032");
    }

    [Fact]
    public void ResetClassifier_OtherClasses_KeepsTheBackbone()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.ResNet().Layers18().Width(8).ImageSize(32).Build();
        var before = model.get_parameter("conv1.weight")!.clone();
        model.reset_classifier(7);
        model.Config.Classes.ShouldBe(7);
        model.get_parameter("fc.weight")!.shape.ShouldBe([7, 64]);
        // nn.Linear's own: uniform within 1 / sqrt(64), and the bias not zero.
        model.get_parameter("fc.weight")!.abs().max().ToSingle().ShouldBeInRange(0.1f, 0.125f);
        model.get_parameter("fc.bias")!.abs().max().ToSingle().ShouldBeGreaterThan(0);
        model.get_parameter("conv1.weight")!.Equals(before).ShouldBeTrue();
    }

    [Fact]
    public void Build_SeveralFaults_ReportsAllAtOnce()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.ResNet().Width(0).Depths(3, 0).Build());
        fault.Faults.ShouldBe([
            "ResNet: width 0 is not in 1..4096; nearest: 1.",
            "ResNet: blocks of a stage 0 is not in 1..256; nearest: 1.",
        ]);
    }
}
