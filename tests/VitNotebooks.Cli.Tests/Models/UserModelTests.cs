using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests.Models;

/// <summary>
/// A model of somebody else's, written in a cell against what is public, is trained, saved, loaded and shown like ours.
/// </summary>
public sealed class UserModelTests : IDisposable
{
    private const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using TorchSharp; using TorchSharp.Modules; using static TorchSharp.torch;
        using VitNotebooks.Data; using VitNotebooks.Evaluation; using VitNotebooks.Layers; using VitNotebooks.Losses;
        using VitNotebooks.Models; using VitNotebooks.Training;
        """;

    // The model of docs/adding-a-model.md, which is to do all that it promises.
    private static readonly string Model = File.ReadAllText(Path.Combine(Repository.Root, "docs", "adding-a-model.md"))
        .Split("```csharp\n")[1]
        .Split("```")[0];

    private readonly TemporaryFolder _folder = new();
    private ScriptState<object>? _state;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Model_DefinedInACell_IsTrainedSavedLoadedAndShown()
    {
        Model.Split('\n').Count(line => line.Trim().Length > 1).ShouldBeLessThan(40);
        await Cell(Usings);
        await Cell($"""var folder = @"{_folder.Path}";""");
        await Cell(Model);
        await Cell(
            """
            var data = Datasets.Open("shapes").Resize(16).Subset(64, 32);
            var config = VisionModels.ConfigOf("one_block_16") with
            {
                Classes = data.Classes.Count,
                Losses = [RelativeLocalizationOptions.Fixed with { Pairs = 8, Weight = 0.1 }],
            };
            var model = config.Build();
            var before = model.get_parameter("drloc.layers.0.weight").detach().clone();
            var recipe = Recipes.SmallImages with { Epochs = 2, BatchSize = 16, RateReferenceBatch = 16 };
            var run = Trainer.For(model).On(data).With(recipe).InFolder(Path.Combine(folder, "run"))
                .Workers(1).Show(TrainingDisplay.None).Fit();
            """
        );
        (await Value<int>("run.Epochs.Count")).ShouldBe(2);
        (await Value<bool>("run.Epochs.All(e => double.IsFinite(e.TrainLoss))")).ShouldBeTrue();
        (await Value<bool>("""before.Equals(model.get_parameter("drloc.layers.0.weight"))""")).ShouldBeFalse();

        var summary = await Value<string>("model.summary().ToString()");
        summary.ShouldContain("drloc");
        summary.ShouldContain("TransformerBlock");
        (await Value<bool>("model.summary().Parameters == model.parameters().Sum(p => p.numel())")).ShouldBeTrue();

        await Cell(
            """
            var path = Path.Combine(folder, "model.safetensors");
            VisionCheckpoint.Save(model, path);
            var loaded = VisionCheckpoint.Load(path);
            var images = randn(2, 3, 16, 16);
            model.eval();
            """
        );
        (await Value<bool>("loaded is OneBlock && loaded.Config.Equals(model.Config)")).ShouldBeTrue();
        (await Value<bool>("loaded.call(images).Equals(model.call(images))")).ShouldBeTrue();
        (await Value<int>("loaded.auxiliary_losses.Count")).ShouldBe(1);
        (
            await Value<long>("loaded.forward_features(images, FeatureRequest.Attention).Attention[0].Weights.shape[3]")
        ).ShouldBe(16);
        var evaluated = await Value<double>("(await loaded.EvaluateAsync(data)).Loss");
        evaluated.ShouldBe(await Value<double>("(await model.EvaluateAsync(data)).Loss"));

        // The cell is run again: its types are new ones, and what the old ones saved is read into them.
        await Cell(Model);
        (
            await Value<bool>(
                """VisionCheckpoint.Load(path) is OneBlock && VisionModels.Create("one_block_16") is OneBlock"""
            )
        ).ShouldBeTrue();
        (await Value<bool>("model.Config.ToJson() == VisionCheckpoint.Load(path).Config.ToJson()")).ShouldBeTrue();
    }

    [Fact]
    public async Task ToJson_FamilyThatNobodyRegistered_SaysWhichCallIsMissing()
    {
        await Cell(Usings);
        await Cell(
            Model[..Model.IndexOf("ModelFamilies.Register", StringComparison.Ordinal)].Replace("OneBlock", "Unnamed")
        );
        var fault = await Should.ThrowAsync<InvalidOperationException>(() =>
            Cell("""new UnnamedConfig("x", 16, 3, 10).ToJson()""")
        );
        fault.Message.ShouldStartWith(
            "UnnamedConfig cannot be stored, because nothing names it: call ModelFamilies.Register<UnnamedConfig>(\"...\") once"
        );
    }

    [Fact]
    public async Task Build_ConstructorThatForgetsTheLosses_IsRefused()
    {
        await Cell(Usings);
        await Cell(Model.Replace("AttachLosses();", "", StringComparison.Ordinal));
        var fault = await Should.ThrowAsync<InvalidOperationException>(() =>
            Cell(
                """(VisionModels.ConfigOf("one_block_16") with { Losses = [RelativeLocalizationOptions.Fixed] }).Build()"""
            )
        );
        fault.Message.ShouldBe(
            "OneBlock: 0 of the 1 losses of the configuration train with the model; call AttachLosses() once in the constructor of OneBlock."
        );
    }

    [Fact]
    public async Task Loss_DefinedInACell_TrainsWithAModelOfOursAndIsStored()
    {
        await Cell(Usings);
        await Cell(
            """
            public sealed record FlatnessOptions : AuxiliaryLossOptions
            {
                public double Weight { get; init; } = 0.01;
                public override string Name => "flatness";
                public override IReadOnlyList<string> Faults(ModelConfig model) => Weight >= 0 ? [] : ["negative weight"];
                public override AuxiliaryLoss Create(ModelConfig model) => new Flatness(this);
            }

            public sealed class Flatness(FlatnessOptions options) : AuxiliaryLoss(options.Name)
            {
                public override Tensor forward(Features features, Generator generator) => features.Last.Map.square().mean();
                public override double WeightAt(int epoch, int totalEpochs) => options.Weight;
            }

            AuxiliaryLosses.Register<FlatnessOptions>("flatness");
            var model = VisionModels.Swin().Mini().WithRelativeLocalization().WithLoss(new FlatnessOptions { Weight = 0.5 }).Build();
            var again = ModelConfig.FromJson(model.Config.ToJson());
            var features = model.forward_features(randn(2, 3, 32, 32));
            """
        );
        (
            await Value<bool>("again.Equals(model.Config) && again.Fingerprint() == model.Config.Fingerprint()")
        ).ShouldBeTrue();
        (await Value<double>("again.Build().auxiliary_losses[1].WeightAt(0, 1)")).ShouldBe(0.5);
        (await Value<float>("model.auxiliary_losses[1].forward(features, null).ToSingle()")).ShouldBeGreaterThan(0);
        (await Value<string>("model.summary().ToString()")).ShouldContain("flatness");
        (await Value<bool>("""model.state_dict().ContainsKey("drloc.0.layers.4.weight")""")).ShouldBeTrue();
    }

    private async Task<T> Value<T>(string expression)
    {
        await Cell(expression);
        return _state!.ReturnValue.ShouldBeOfType<T>();
    }

    private async Task Cell(string code)
    {
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        _state = _state is null
            ? await CSharpScript.RunAsync(
                code,
                ScriptOptions.Default.WithReferences(trusted.Select(path => MetadataReference.CreateFromFile(path)))
            )
            : await _state.ContinueWithAsync(code);
    }
}
