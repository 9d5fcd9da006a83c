using Shouldly;
using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Evaluation;
using VitNotebooks.Layers;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>Parts that a user wrote, in every place that takes one: the model around them keeps the contract of ours.</summary>
[Collection(Alone.Name)] // draws from the default generator
public sealed class ModelPartTests
{
    // A part that mixes tokens by their mean, and starts with a number that no initialization of ours gives.
    private sealed class MeanMixing : nn.Module<Tensor, Tensor>
    {
        private readonly Linear mix;

        public MeanMixing(PartPlace place, long? outputs = null)
            : base(nameof(MeanMixing))
        {
            mix = nn.Linear(place.Width, outputs ?? place.Width);
            nn.init.constant_(mix.bias!, 0.125);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => mix.call(input + input.mean([1], keepdim: true));
    }

    private sealed class Shrinking : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d mix;

        public Shrinking(PartPlace place)
            : base(nameof(Shrinking))
        {
            mix = nn.Conv2d(place.Input[1], place.Output[^1], kernel_size: 7, stride: 4, padding: 3);
            nn.init.constant_(mix.bias!, 0.125);
            RegisterComponents();
        }

        public override Tensor forward(Tensor images) => mix.call(images).permute(0, 2, 3, 1);
    }

    private sealed class Cosine : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter bias;

        public Cosine(PartPlace place)
            : base(nameof(Cosine))
        {
            weight = nn.Parameter(randn(place.Output[^1], place.Input[^1]));
            bias = nn.Parameter(full(place.Output[^1], 0.125));
            RegisterComponents();
        }

        public override Tensor forward(Tensor features)
        {
            var directions = nn.functional.normalize(weight, dim: 1);
            return nn.functional.normalize(features, dim: 1).matmul(directions.t()).mul(8).add(bias);
        }
    }

    public static TheoryData<string, string, string> Places =>
        new()
        {
            { "stem", nameof(Shrinking), "patch_embed" },
            { "attention", nameof(MeanMixing), "blocks.1.attn" },
            { "block", nameof(MeanMixing), "blocks.1" },
            { "head", nameof(Cosine), "head" },
        };

    private static VitBuilder Chain(string place)
    {
        var chain = VisionModels
            .Vit()
            .Mini()
            .Depth(2)
            .WithRelativeLocalization(l => l.Pairs(8).Weight(0.1))
            .Named($"vit_own_{place}");
        return place switch
        {
            "stem" => chain.Stem("tests-shrinking", p => new Shrinking(p)),
            "attention" => chain.Attention("tests-mean", p => new MeanMixing(p)),
            "block" => chain.Block("tests-mean", p => new MeanMixing(p)),
            _ => chain.Head("tests-cosine", p => new Cosine(p)),
        };
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Build_WithAPart_KeepsItsStartAndSummarizesIt(string place, string type, string path)
    {
        using var scope = NewDisposeScope();
        using var model = Chain(place).Build();
        var start = model
            .named_parameters()
            .Single(p =>
                p.name.StartsWith(path + ".", StringComparison.Ordinal)
                && p.name.EndsWith(".bias", StringComparison.Ordinal)
            );
        start.parameter.sub(0.125).abs().max().ToSingle().ShouldBe(0, start.name);
        var summary = model.summary();
        summary.Find(path)!.Type.ShouldBe(type);
        summary.Find(path)!.Macs.ShouldBeGreaterThan(0);
        summary.Find("drloc").ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Backward_WithAPart_ReachesEveryParameterAndIsTheSameCheckpointed(string place, string type, string path)
    {
        using var scope = NewDisposeScope();
        using var model = Chain(place).Build();
        var images = randn(2, 3, 32, 32);
        var plain = Gradients(model, images, checkpointing: false);
        var repeated = Gradients(model, images, checkpointing: true);
        plain.Keys.ShouldContain(name => name.StartsWith(path + ".", StringComparison.Ordinal), type);
        foreach (var (name, gradient) in plain)
        {
            gradient.isfinite().all().ToBoolean().ShouldBeTrue(name);
            gradient.abs().max().ToSingle().ShouldBeGreaterThan(0, name);
            repeated[name].Equals(gradient).ShouldBeTrue(name);
        }
    }

    private static Dictionary<string, Tensor> Gradients(VisionModel model, Tensor images, bool checkpointing)
    {
        model.train();
        model.zero_grad();
        model.gradient_checkpointing = checkpointing;
        manual_seed(3);
        using var generator = new Generator(5, CPU);
        var features = model.forward_features(images);
        var loss = model.auxiliary_losses.Single().forward(features, generator);
        (loss + model.forward_head(features).square().mean()).backward();
        return model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Checkpoint_OfAModelWithAPart_LoadsAndIsTheSame(string place, string type, string path)
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory("vitnb-parts-");
        try
        {
            using var model = Chain(place).Build();
            model.eval();
            var file = Path.Combine(folder.FullName, $"{place}.safetensors");
            VisionCheckpoint.Save(model, file);
            using var loaded = VisionCheckpoint.Load(file);
            loaded.Config.ShouldBe(model.Config);
            loaded.named_modules().Single(m => m.name == path).module.GetType().Name.ShouldBe(type);
            var images = randn(2, 3, 32, 32);
            loaded.call(images).Equals(model.call(images)).ShouldBeTrue();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(RegisteredModelsTests.Small), MemberType = typeof(RegisteredModelsTests))]
    public void Build_EveryFamily_TakesAHead(string name)
    {
        using var scope = NewDisposeScope();
        var config = VisionModels.ConfigOf(name) with
        {
            Classes = 7,
            Head = ModelPart.Define("tests-cosine", p => new Cosine(p)),
        };
        using var model = config.Build();
        model.classifier.ShouldBeOfType<Cosine>();
        model.eval();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 7]);
        model.reset_classifier(5);
        model.classifier.ShouldBeOfType<Cosine>();
        model.call(randn(2, 3, 32, 32)).shape.ShouldBe([2, 5]);
    }

    [Theory]
    [InlineData("vit", 1)]
    [InlineData("distilled", 2)]
    [InlineData("average", 0)]
    public void Place_OfAPart_SaysHowItsTokensLie(string form, int prefix)
    {
        using var scope = NewDisposeScope();
        List<PartPlace> places = [];
        T Seen<T>(PartPlace place, T part)
        {
            places.Add(place);
            return part;
        }
        var chain = VisionModels
            .Vit()
            .Mini()
            .Depth(1)
            .Distilled(form == "distilled")
            .Pooling(form == "average" ? VitPooling.Average : VitPooling.ClassToken)
            .Stem("tests-seen-stem", p => Seen(p, new Shrinking(p)))
            .Attention("tests-seen-attention", p => Seen(p, new MeanMixing(p)));
        using var model = (
            form == "distilled" ? chain : chain.Head("tests-seen-head", p => Seen(p, new Cosine(p)))
        ).Build();
        places.Single(p => p.Path == "patch_embed").Grid.ShouldBe(TokenGrid.Square(8, stride: 4));
        var attention = places.Single(p => p.Path == "blocks.0.attn");
        attention.Grid.ShouldBe(TokenGrid.Square(8, stride: 4, prefix));
        attention.Input[1].ShouldBe(attention.Grid!.Tokens);
        places.SingleOrDefault(p => p.Path == "head")?.Grid.ShouldBeNull();
    }

    [Fact]
    public void Forward_OfAPartThatDoesNotFit_NamesPartPlaceAndShapes()
    {
        using var scope = NewDisposeScope();
        using var model = VisionModels.Vit().Mini().Attention("tests-narrow", p => new MeanMixing(p, 32)).Build();
        Should
            .Throw<InvalidOperationException>(() => model.call(randn(2, 3, 32, 32)))
            .Message.ShouldBe(
                "The part 'tests-narrow' gave [2, 65, 32] in blocks.0.attn, where [2, 65, 64] fits; its input was [2, 65, 64]. "
                    + "Change what its forward returns."
            );
    }

    [Fact]
    public void Build_FunctionThatGivesNothing_NamesThePlace() =>
        Should
            .Throw<InvalidOperationException>(() =>
                VisionModels.Vit().Mini().Block("tests-nothing", _ => null!).Build()
            )
            .Message.ShouldBe("The part 'tests-nothing' made no module for blocks.0; its function returned null.");

    [Fact]
    public void Build_PartOfAnotherProcess_SaysWhatToDefine()
    {
        var stored = VisionModels.Vit().Mini().Attention("tests-mean", p => new MeanMixing(p)).Config.ToJson();
        var config = ModelConfig.FromJson(stored.Replace("tests-mean", "tests-elsewhere", StringComparison.Ordinal));
        Should
            .Throw<ModelConfigException>(() => config.Build())
            .Message.ShouldContain("ViT: the part 'tests-elsewhere' is not defined in this process, which knows ");
    }

    [Fact]
    public void Build_BlockAndAttentionAndTwoStems_ReportsBoth()
    {
        var chain = VisionModels
            .Vit()
            .Mini()
            .Block("tests-mean", p => new MeanMixing(p))
            .Attention("tests-mean", p => new MeanMixing(p));
        var fault = Should.Throw<ModelConfigException>(() => chain.Build());
        fault.Faults.ShouldBe([
            "ViT: block 'tests-mean' leaves no place for attention 'tests-mean'; give one of the two.",
        ]);
    }
}
