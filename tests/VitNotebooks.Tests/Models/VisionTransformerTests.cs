using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

public sealed class VisionTransformerTests(ITestOutputHelper output)
{
    [Fact]
    public void Forward_TorchvisionsWeights_GivesItsLogitsGradientsAndAdamWStep()
    {
        using var scope = NewDisposeScope();
        using var reference = new TorchvisionReference("vit_torchvision.py");
        var map = StateDictMap.Torchvision("ViT");
        using var model = VisionModels.Create("vit_base_patch16_224");
        OfficialNames.Of(model).ShouldBe(OfficialNames.Of("vit_base_patch16_224"));
        model.summary().Parameters.ShouldBe(86_567_656);
        using (var weightScope = NewDisposeScope())
            model.LoadWeights(reference.Load("weights"), map);
        model.eval();

        var values = reference.Load("values");
        var logits = model.call(values["images"]);
        nn.functional.cross_entropy(logits, values["labels"]).backward();

        var logitError = TorchvisionReference.RelativeError(logits, values["logits"]);
        var gradients = reference.Load("gradients");
        var (worst, gradientError) = TorchvisionReference.WorstGradient(model, gradients, map);

        // One AdamW step, fed the reference's gradients, within 1e-6.
        using (no_grad())
            foreach (var (foreign, gradient) in gradients)
                model.get_parameter(map.Translate(foreign)!)!.grad!.copy_(gradient);
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3, weight_decay: 0.05);
        optimizer.step();
        var stepped = reference.Load("stepped");
        stepped
            .Keys.Select(foreign => map.Translate(foreign)!)
            .ShouldBe(model.named_parameters().Select(p => p.Item1), ignoreOrder: true);
        var stepError = stepped.Max(p => StepError(model.get_parameter(map.Translate(p.Key)!)!, p.Value));

        output.WriteLine($"logits {logitError:e2}, gradients {gradientError:e2} ({worst}), AdamW step {stepError:e2}");
        logitError.ShouldBeLessThan(1e-5);
        gradientError.ShouldBeLessThan(1e-4, worst);
        stepError.ShouldBeLessThan(1e-6f);
    }

    // The oracle keeps every 61st number: AdamW treats each alone, and all of them would be 346 MB.
    private static float StepError(Tensor parameter, Tensor sample)
    {
        using var scope = NewDisposeScope();
        var ours = parameter.detach().flatten()[TensorIndex.Slice(0, null, 61)];
        ours.shape.ShouldBe(sample.shape);
        return (ours - sample).abs().max().ToSingle();
    }

    [Fact]
    public void Build_VitTiny_HasTimmsParameters()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_tiny_patch16_224");
        model.summary().Parameters.ShouldBe(5_717_416);
    }

    [Fact]
    public void Pooling_Average_HasNoClassToken()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Pooling(VitPooling.Average).Build();
        model.eval();
        var features = model.forward_features(randn(2, 3, 32, 32));
        features.ClassToken.ShouldBeNull();
        features.Final.shape.ShouldBe([2, 64]);
        model.state_dict().Keys.ShouldNotContain("cls_token");
        model.no_weight_decay().ShouldBe(["pos_embed"]);
    }

    [Fact]
    public void Build_PatchThatDoesNotDivide_NamesTheNearestSizes()
    {
        var fault = Should.Throw<ModelConfigException>(() => VisionModels.Vit().Small().ImageSize(230).Build());
        fault.Message.ShouldBe("ViT: image 230 is not a multiple of patch 16; nearest: 224, 240.");
    }

    [Fact]
    public void Build_LocalizationOnASingleCell_IsRefused()
    {
        var builder = VisionModels.Vit().Small().ImageSize(16).WithRelativeLocalization();
        var fault = Should.Throw<ModelConfigException>(() => builder.Build());
        fault.Message.ShouldStartWith("ViT: relative localization needs a map of side 2 at least, this one has side 1");
    }

    [Fact]
    public void Forward_ImagesOfAnotherSize_SaysWhichFit()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Create("vit_mini_patch4_32");
        var fault = Should.Throw<ArgumentException>(() => model.forward(zeros(1, 3, 28, 28)));
        fault.Message.ShouldStartWith(
            "vit_mini_patch4_32: images of shape [1, 3, 28, 28] do not fit; expected [B, 3, 32, 32]."
        );
    }
}
