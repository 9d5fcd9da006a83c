using System.Text.RegularExpressions;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Cli.Tests;

/// <summary><c>vitnb forward</c>: what it writes is what the model computes.</summary>
public sealed class ForwardCommandTests : IDisposable
{
    private const string Name = "vit_2_4_32";
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly VisionModel _model = VisionModels.Create(Name, classes: 7);
    private readonly Tensor _images = randn(2, 3, 32, 32);

    public ForwardCommandTests()
    {
        _model.eval();
        Npy.Save(_folder.File("x.npy"), _images);
        Safetensors.Save(_folder.File("w.safetensors"), _model.state_dict());
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    private async Task<int> Forward(string name, string weights, string input, params string[] more) =>
        await CommandLineHost.InvokeAsync([
            "forward",
            name,
            "--weights",
            _folder.File(weights),
            "--input",
            _folder.File(input),
            "--output",
            _folder.File("out.npz"),
            .. more,
        ]);

    [Fact]
    public async Task Forward_EverythingAskedFor_WritesTheModelsOwnNumbers()
    {
        (await Forward(Name, "w.safetensors", "x.npy", "--features", "--attention")).ShouldBe(ExitCode.Success);

        var written = Npz.Load(_folder.File("out.npz"));
        using var quiet = no_grad();
        var features = _model.forward_features(_images, FeatureRequest.Attention | FeatureRequest.Blocks);
        written["logits"].Equals(_model.forward_head(features)).ShouldBeTrue();
        written["final"].Equals(features.Final).ShouldBeTrue();
        written["class_token"].Equals(features.ClassToken!).ShouldBeTrue();
        written["maps.classifier.blocks"].Equals(features.Last.Map).ShouldBeTrue();
        written["scales.classifier.blocks"].Equals(features.Last.Map).ShouldBeTrue();
        foreach (var block in features.Blocks)
        {
            written[$"blocks.{block.Name}"].Equals(block.Tokens).ShouldBeTrue();
            written[$"blocks.{block.Name}.grid"].data<long>().ToArray().ShouldBe([1, 8, 8, 0, 4]);
        }
        foreach (var attention in features.Attention)
        {
            written[$"attention.{attention.Name}"].Equals(attention.Weights).ShouldBeTrue();
            written[$"attention.{attention.Name}.grid"].shape.ShouldBe([2, 5]);
        }
        written.Count.ShouldBe(5 + 4 + 4);
    }

    [Fact]
    public async Task Forward_FeaturesOfASwin_WritesWhatEachStageHandsOn()
    {
        using var swin = VisionModels.Create("swin_mini_patch2_window4_32");
        swin.eval();
        Safetensors.Save(_folder.File("swin.safetensors"), swin.state_dict());
        (await Forward(swin.Config.Name, "swin.safetensors", "x.npy", "--features")).ShouldBe(ExitCode.Success);
        var written = Npz.Load(_folder.File("out.npz"));
        using var quiet = no_grad();
        foreach (var scale in swin.forward_features(_images).Scales)
        {
            written[$"scales.{scale.Name}"].Equals(scale.Map).ShouldBeTrue(scale.Name);
        }

        written.Keys.ShouldContain("scales.layers.0.downsample");
        written.Keys.ShouldContain("maps.layers.0");
    }

    private const string LeftOut =
        "drloc: in the weights alone, a part of the loss that they were trained with, and left out.";

    // As a run keeps it: composed, with the localization loss, and with an optimizer's tensors beside the weights.
    private VisionModel Trained(string file)
    {
        var model = VisionModels.Vit().Mini().Classes(7).Depth(2).Named("mine").WithRelativeLocalization().Build();
        model.eval();
        VisionCheckpoint.Save(model, _folder.File(file));
        var tensors = Safetensors.Load(_folder.File(file), out var metadata);
        tensors["optimizer.exp_avg.head.weight"] = zeros(7, 64);
        tensors["state.sums"] = zeros(3);
        Safetensors.Save(_folder.File(file), tensors, metadata);
        return model;
    }

    [Fact]
    public void Forward_WithoutAName_TakesTheModelThatTheFileSays()
    {
        using var trained = Trained("final.safetensors");
        Say("forward", "--weights", "final.safetensors", "--input", "x.npy", "--output", "out.npz")
            .ShouldBe([LeftOut, "logits  [2, 7]"]);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(trained.call(_images)).ShouldBeTrue();
    }

    [Fact]
    public async Task Forward_AName_TakesAFileThatWasTrainedWithALoss()
    {
        using var trained = VisionModels.Vit().Mini().Classes(7).WithRelativeLocalization().Build();
        trained.eval();
        VisionCheckpoint.Save(trained, _folder.File("own.safetensors"));
        Safetensors.Save(_folder.File("foreign.safetensors"), trained.state_dict());
        foreach (var file in (string[])["own.safetensors", "foreign.safetensors"])
        {
            (await Forward("vit_mini_patch4_32", file, "x.npy")).ShouldBe(ExitCode.Success, file);
            Npz.Load(_folder.File("out.npz"))["logits"].Equals(trained.call(_images)).ShouldBeTrue(file);
        }
        using var mine = Trained("final.safetensors");
        (await Forward("vit_mini_patch4_32", "final.safetensors", "x.npy")).ShouldBe(ExitCode.UserError); // of another depth
    }

    [Fact]
    public void Forward_WithoutAName_NeedsAFileThatSaysItsModel()
    {
        Refuse("w.safetensors").ShouldContain("w.safetensors does not say which model it holds; name it");
        Refuse("none.safetensors").ShouldContain("There are no weights none.safetensors");
        using var trained = Trained("final.safetensors");
        var tensors = Safetensors.Load(_folder.File("final.safetensors"), out var metadata);
        var other = metadata.ToDictionary(
            m => m.Key,
            m => m.Value.Replace("\"imageSize\": 32,", "\"imageSize\": 32, \"attention\": \"own\",")
        );
        Safetensors.Save(_folder.File("part.safetensors"), tensors, other);
        Refuse("part.safetensors").ShouldContain("the part 'own' is not defined in this process");

        string Refuse(string weights)
        {
            using var vitnb = new VitnbProcess(
                _folder.Path,
                Environments(),
                ["forward", "--weights", weights, "--input", "x.npy", "--output", "out.npz"]
            );
            vitnb.ExitCode().ShouldBe(ExitCode.UserError);
            return vitnb.Errors;
        }
    }

    [Fact]
    public async Task Forward_WeightsWithoutAClassifier_GivesFeaturesAndNoLogits()
    {
        var weights = _model.state_dict().Where(t => !t.Key.StartsWith("classifier.fc.", StringComparison.Ordinal));
        Safetensors.Save(_folder.File("headless.safetensors"), weights.ToDictionary());
        (await Forward(Name, "headless.safetensors", "x.npy")).ShouldBe(ExitCode.UserError);
        File.Exists(_folder.File("out.npz")).ShouldBeFalse();

        Say(
            "forward",
            Name,
            "--weights",
            "headless.safetensors",
            "--input",
            "x.npy",
            "--output",
            "out.npz",
            "--features"
        )[^1]
            .ShouldBe("No logits: the weights have no classifier.");
        var written = Npz.Load(_folder.File("out.npz"));
        written.Keys.ShouldNotContain("logits");
        using var quiet = no_grad();
        written["final"].Equals(_model.forward_features(_images).Final).ShouldBeTrue();
    }

    [Fact]
    public async Task Forward_LogitsAlone_FromEveryFormat()
    {
        PthFile.Save(_folder.File("w.pth"), new Dictionary<string, object?> { ["model"] = _model.state_dict() });
        File.Copy(_folder.File("w.safetensors"), _folder.File("w.bin"));
        VisionCheckpoint.Save(_model, _folder.File("own.safetensors"));
        var expected = _model.call(_images);
        foreach (var file in new[] { "w.pth", "w.bin", "own.safetensors" })
        {
            (await Forward(Name, file, "x.npy")).ShouldBe(ExitCode.Success, file);
            var written = Npz.Load(_folder.File("out.npz"));
            written.Keys.ShouldBe(["logits"]);
            written["logits"].Equals(expected).ShouldBeTrue(file);
        }
    }

    [Fact]
    public async Task Forward_DoublePrecision_AndAnotherImageSize()
    {
        using var larger = VisionModels.Cct().Mini().ImageSize(48).Build();
        larger.eval();
        Safetensors.Save(_folder.File("cct.safetensors"), larger.state_dict());
        var images = randn(1, 3, 48, 48, dtype: float64);
        Npy.Save(_folder.File("x64.npy"), images);

        (await Forward("cct_mini_3x2_32", "cct.safetensors", "x64.npy")).ShouldBe(ExitCode.Success);

        larger.to(ScalarType.Float64);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(larger.call(images)).ShouldBeTrue();
    }

    [Fact]
    public async Task Forward_TorchvisionsNames_ForAFamilyItHas()
    {
        using var resnet = VisionModels.ResNet().Mini().Build();
        resnet.eval();
        Safetensors.Save(_folder.File("r.safetensors"), resnet.state_dict());
        (await Forward("resnet_mini_32", "r.safetensors", "x.npy", "--names", "torchvision", "--features")).ShouldBe(
            ExitCode.Success
        );
        Npz.Load(_folder.File("out.npz")).Keys.ShouldContain("maps.layer3");
        (await Forward(Name, "w.safetensors", "x.npy", "--names", "torchvision")).ShouldBe(ExitCode.UserError);
    }

    [Fact]
    public void Forward_AnotherImageSize_PrintsALineATensorThatWasResampled()
    {
        Npy.Save(_folder.File("x64.npy"), randn(1, 3, 64, 64));
        Say(
                "forward",
                Name,
                "--weights",
                _folder.File("w.safetensors"),
                "--input",
                _folder.File("x64.npy"),
                "--output",
                _folder.File("out.npz")
            )
            .ShouldBe(["classifier.positional_emb: [1, 65, 128] resampled to [1, 257, 128].", "logits  [1, 7]"]);
    }

    [Fact]
    public async Task Forward_Entry_ChoosesAmongSeveral()
    {
        using var averaged = VisionModels.Create(Name, classes: 7);
        averaged.eval();
        PthFile.Save(
            _folder.File("both.pth"),
            new Dictionary<string, object?>
            {
                ["state_dict"] = _model.state_dict(),
                ["state_dict_ema"] = averaged.state_dict(),
            }
        );
        (await Forward(Name, "both.pth", "x.npy")).ShouldBe(ExitCode.Success);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(_model.call(_images)).ShouldBeTrue();
        (await Forward(Name, "both.pth", "x.npy", "--entry", "state_dict_ema")).ShouldBe(ExitCode.Success);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(averaged.call(_images)).ShouldBeTrue();
        (await Forward(Name, "both.pth", "x.npy", "--entry", "ema")).ShouldBe(ExitCode.UserError);
    }

    [Fact]
    public async Task Forward_Names_AreAnotherLibrarys()
    {
        using var wrn = VisionModels.Create("wrn_mini_32");
        wrn.eval();
        var foreign = wrn.state_dict()
            .Where(t => !t.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary(t => AuthorsName(t.Key), t => t.Value);
        PthFile.Save(_folder.File("wrn.pth"), foreign);
        (await Forward("wrn_mini_32", "wrn.pth", "x.npy", "--names", "szagoruyko")).ShouldBe(ExitCode.Success);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(wrn.call(_images)).ShouldBeTrue();
        (await Forward("wrn_mini_32", "wrn.pth", "x.npy", "--names", "deit3")).ShouldBe(ExitCode.UserError);
        (await Forward("wrn_mini_32", "wrn.pth", "x.npy")).ShouldBe(ExitCode.UserError);
    }

    // As szagoruyko/wide-residual-networks counts: groups, blocks and layers from 0.
    private static string AuthorsName(string name)
    {
        if (
            Regex.Match(name, @"^block(\d)\.layer\.(\d+)\.(conv|bn)(\d|Shortcut)\.(\w+)$")
            is not { Success: true } match
        )
        {
            return name == "conv1.weight" ? "conv0" : name.Replace("bn1.", "bn.", StringComparison.Ordinal);
        }

        var block = $"group{int.Parse(match.Groups[1].Value) - 1}.block{match.Groups[2].Value}.{match.Groups[3].Value}";
        if (match.Groups[4].Value == "Shortcut")
        {
            return block + "dim";
        }

        var layer = block + (int.Parse(match.Groups[4].Value) - 1);
        return match.Groups[3].Value == "conv" ? layer : $"{layer}.{match.Groups[5].Value}";
    }

    [Fact]
    public void Forward_ATagOfPublishedWeights_TakesThemFromTheStore()
    {
        var weights = PublishedWeights.Of("cct_7_3x1_32", "cifar10_300e");
        using var cct = VisionModels.Create("cct_7_3x1_32");
        cct.eval();
        Directory.CreateDirectory(_folder.File("store/weights"));
        PthFile.Save(_folder.File($"store/weights/{weights.FileName}"), cct.state_dict());
        string[] arguments =
        [
            "forward",
            "cct_7_3x1_32",
            "--weights",
            "cifar10_300e",
            "--input",
            _folder.File("x.npy"),
            "--output",
            _folder.File("out.npz"),
        ];
        Say(arguments).ShouldBe(["logits  [2, 10]"]);
        Npz.Load(_folder.File("out.npz"))["logits"].Equals(cct.call(_images)).ShouldBeTrue();

        string[] whole = ["forward", "--weights", weights.Name, .. arguments[4..]];
        Say(whole).ShouldBe(["logits  [2, 10]"]);

        arguments[3] = "cifar100_300e";
        using var missing = new VitnbProcess(_folder.Path, Environments(), arguments);
        missing.ExitCode().ShouldBe(ExitCode.UserError);
        missing.Errors.ShouldContain(
            "nothing is fetched because VITNB_OFFLINE is set. The file lies at https://shi-labs.com/"
        );
    }

    private Dictionary<string, string> Environments() =>
        new() { [DataStore.FolderVariable] = _folder.File("store"), [DataStore.OfflineVariable] = "1" };

    private string[] Say(params string[] arguments)
    {
        using var vitnb = new VitnbProcess(_folder.Path, Environments(), arguments);
        vitnb.ExitCode().ShouldBe(ExitCode.Success, vitnb.Errors);
        return vitnb.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    [Fact]
    public async Task Forward_BadInput_IsExitCode2AndWritesNothing()
    {
        Npy.Save(_folder.File("flat.npy"), randn(3, 32, 32));
        Npy.Save(_folder.File("wide.npy"), randn(1, 3, 32, 36));
        Npy.Save(_folder.File("bytes.npy"), zeros(1, 3, 32, 32, dtype: uint8));
        Npy.Save(_folder.File("x33.npy"), randn(1, 3, 33, 33));
        _folder.Write("text.npy", "no array");
        _folder.Write("text.pth", "no weights");
        var broken = _model.state_dict().ToDictionary(t => t.Key, t => t.Value.detach().clone());
        broken["classifier.norm.weight"][0] = float.NaN;
        Safetensors.Save(_folder.File("nan.safetensors"), broken);
        (string Name, string Weights, string Input)[] cases =
        [
            ("vit_2_4_33", "w.safetensors", "x.npy"),
            (Name, "none.safetensors", "x.npy"),
            (Name, "text.pth", "x.npy"),
            (Name, "nan.safetensors", "x.npy"),
            ("cvt_2_4_32", "w.safetensors", "x.npy"),
            ("vit_7_4_32", "w.safetensors", "x.npy"),
            (Name, "w.safetensors", "none.npy"),
            (Name, "w.safetensors", "text.npy"),
            (Name, "w.safetensors", "flat.npy"),
            (Name, "w.safetensors", "wide.npy"),
            (Name, "w.safetensors", "bytes.npy"),
            (Name, "w.safetensors", "x33.npy"),
        ];
        foreach (var (name, weights, input) in cases)
        {
            (await Forward(name, weights, input)).ShouldBe(ExitCode.UserError, $"{name} {weights} {input}");
        }

        File.Exists(_folder.File("out.npz")).ShouldBeFalse();
    }
}
