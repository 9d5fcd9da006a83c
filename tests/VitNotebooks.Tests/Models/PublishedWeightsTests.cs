using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>The tables of published weights, and files in the forms in which they are published. Nothing is fetched.</summary>
[Collection(Alone.Name)]
public sealed class PublishedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _said = [];

    private DataStore Store => new(_folder.Path) { IsOffline = true, Say = _said.Add };

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void List_EveryRecord_IsWholeAndOfARegisteredModel()
    {
        var all = PublishedWeights.List();
        all.Count.ShouldBeGreaterThan(120);
        all.Select(w => w.Name).ShouldBeUnique();
        all.Select(w => w.FileName).ShouldBeUnique();
        foreach (var weights in all)
        {
            var config = Sized(weights);
            config.Faults().ShouldBeEmpty(weights.Name);
            StateDictMap.Namings(config.Family).ShouldContain(weights.Naming, weights.Name);
            new Uri(weights.Url).Scheme.ShouldBe("https", weights.Name);
            weights.FileName.ShouldMatch(@"^[\w.\-]+\.(pth|pth\.tar|safetensors)$", weights.Name);
            weights.Sha256?.ShouldMatch("^([0-9a-f]{8}|[0-9a-f]{64})$", weights.Name);
            weights.Preprocessing.ToPipeline().ShouldNotBeNull();
            weights.Preprocessing.Mean.Length.ShouldBe(3);
            weights.Dataset.ShouldNotBeEmpty(weights.Name);
            weights.Licence.ShouldNotBeEmpty(weights.Name);
            weights.Source.ShouldStartWith("https://", customMessage: weights.Name);
            weights.Paper.ShouldMatch(@"^\d{4}\.\d{5}$", weights.Name);
            if (weights.Top1 is { } top1)
            {
                top1.ShouldBeInRange(69, 100, weights.Name);
            }
            else
            {
                weights.Dataset.ShouldMatch("^ImageNet-2[12]k$", weights.Name); // for which nobody publishes one
            }
        }
    }

    [Fact]
    public void List_HashesInFileNames_AreInTheRecords()
    {
        foreach (var weights in PublishedWeights.List())
        {
            var stated = Regex.Match(weights.Url, @"-([0-9a-f]{8})\.pth$");
            weights.Sha256.ShouldBe(stated.Success ? stated.Groups[1].Value : null, weights.Name);
        }
    }

    [Fact]
    public void List_EveryShape_BuildsAtItsSize()
    {
        // A shape once, without memory for its weights.
        foreach (var config in PublishedWeights.List().Select(Sized).DistinctBy(c => (c.Name, c.ImageSize)))
        {
            using var model = config.BuildEmpty();
            model.parameters().Any().ShouldBeTrue(config.Name);
        }
    }

    [Fact]
    public void List_Torchvisions_AgreeWithTorchvision()
    {
        using var said = PythonOracle.RunJson("weights_torchvision.py", TimeSpan.FromMinutes(2));
        var ours = PublishedWeights.List().Where(w => w.Naming == "torchvision").ToDictionary(w => w.Url);
        var theirs = said.RootElement.EnumerateArray().ToArray();
        ours.Keys.ShouldBe(theirs.Select(w => w.GetProperty("url").GetString()!), ignoreOrder: true);
        foreach (var theirOwn in theirs)
        {
            var weights = ours[theirOwn.GetProperty("url").GetString()!];
            var wants = weights.Preprocessing;
            wants.ImageSize.ShouldBe(theirOwn.GetProperty("size").GetInt32(), weights.Name);
            wants.ResizeTo.ShouldBe(theirOwn.GetProperty("resize").GetInt32(), weights.Name);
            $"{wants.Interpolation}"
                .ToLowerInvariant()
                .ShouldBe(theirOwn.GetProperty("interpolation").GetString(), weights.Name);
            wants.Mean.ShouldBe(theirOwn.GetProperty("mean").EnumerateArray().Select(v => v.GetSingle()), weights.Name);
            wants.Std.ShouldBe(theirOwn.GetProperty("std").EnumerateArray().Select(v => v.GetSingle()), weights.Name);
            weights.Top1.ShouldBe(theirOwn.GetProperty("top1").GetDouble(), weights.Name);
            weights.Classes.ShouldBe(theirOwn.GetProperty("classes").GetInt32(), weights.Name);
        }
    }

    // The list of the official names, the form of the file, and the published weights that have it.
    private static readonly (string List, string Form, string Name)[] Forms =
    [
        ("swin_tiny_patch4_window7_224", "model", "swin_tiny_patch4_window7_224.ms_in1k"),
        ("t2t_vit_7", "ema", "t2t_vit_7.yitu_in1k"),
        ("t2t_vit_10", "ema-beside", "t2t_vit_10.yitu_in1k"),
        ("cvt_13", "plain", "cvt_13.msft_in1k"),
        ("deit_small_distilled_patch16_224", "model", "deit_small_distilled_patch16_224.fb_in1k"),
        ("deit3_small_patch16_224", "model-and-run", "deit3_small_patch16_224.fb_in1k"),
        ("resnet18", "uncounted", "resnet18.tv_in1k"),
        ("lvvit_t", "timm", "lvvit_t.tlt_in1k"),
        ("lvvit_s", "plain", "lvvit_s.tlt_in1k"),
        ("cct_7_3x1_32", "plain", "cct_7_3x1_32.cifar10_300e"),
        ("mixer_b16_224", "plain", "mixer_b16_224.goog_in21k_ft_in1k"),
    ];

    [Fact]
    public void Create_OfficialForms_LoadUnchanged()
    {
        string[] arguments =
        [
            .. Forms.SelectMany(form => (string[])[form.List, form.Form, Unstated(form.Name).FileName]),
        ];
        using var made = PythonOracle.RunJson(
            "weight_files.py",
            TimeSpan.FromMinutes(2),
            [_folder["weights"], .. arguments]
        );
        foreach (var (_, form, name) in Forms)
        {
            using var scope = NewDisposeScope();
            var weights = Unstated(name);
            using var model = weights.Create(store: Store);
            var loaded = model.LoadedWeights.ShouldNotBeNull();
            loaded.Published.ShouldBe(weights);
            loaded.Lines.ShouldBeEmpty($"{name} {form}");
            model.Preprocessing.ShouldBe(weights.Preprocessing);
            Holds(model, made.RootElement.GetProperty(weights.FileName), weights.Naming);
        }
        _said.ShouldAllBe(said => said.Contains("no hash", StringComparison.Ordinal));
    }

    [Fact]
    public void Create_ASafetensorsFile_LoadsUnchanged()
    {
        var weights = Unstated("vit_tiny_patch16_224.augreg_in21k_ft_in1k");
        using var published = VisionModels.Create(weights.Model);
        Directory.CreateDirectory(_folder["weights"]);
        Safetensors.Save(_folder[$"weights/{weights.FileName}"], published.state_dict());
        using var model = weights.Create(store: Store);
        model.LoadedWeights!.Lines.ShouldBeEmpty();
        foreach (var (name, tensor) in published.state_dict())
        {
            model.state_dict()[name].Equals(tensor).ShouldBeTrue(name);
        }

        model.Preprocessing.ToString().ShouldBe("224 px, bicubic, crop ratio 0.9, mean 0.5 0.5 0.5, std 0.5 0.5 0.5");
    }

    [Fact]
    public void LoadPretrained_ADhvtOfItsAuthorsAndATransferredT2t_LoadUnchanged()
    {
        using var made = PythonOracle.RunJson(
            "weight_files.py",
            TimeSpan.FromMinutes(1),
            [_folder.Path, "dhvt_tiny_cifar_patch4", "model-and-run", "dhvt.pth", "t2t_vit_7", "net-module", "t2t.pth"]
        );
        using var dhvt = VisionModels.Create("dhvt_tiny_cifar_patch4");
        dhvt.LoadPretrained(_folder["dhvt.pth"]).Lines.ShouldBeEmpty();
        Holds(dhvt, made.RootElement.GetProperty("dhvt.pth"), "official");
        using var t2t = VisionModels.Create("t2t_vit_7");
        t2t.LoadPretrained(_folder["t2t.pth"], entry: "net").Lines.ShouldBeEmpty();
        Holds(t2t, made.RootElement.GetProperty("t2t.pth"), "official");
    }

    [Theory]
    [InlineData("cct_7_3x1_32.cifar10_300e", "classifier.fc", 256)]
    [InlineData("lvvit_t.tlt_in1k", "head aux_head", 240)]
    [InlineData("resnet18.tv_in1k", "fc", 512)]
    [InlineData("deit_small_distilled_patch16_224.fb_in1k", "head head_dist", 384)]
    public void Create_OtherClasses_KeepsFreshHeadsAndSaysSo(string name, string heads, int width)
    {
        var weights = Unstated(name);
        var list = weights.Model;
        var form = weights.Entry is "model" ? "model" : "plain";
        using var made = PythonOracle.RunJson(
            "weight_files.py",
            TimeSpan.FromMinutes(1),
            [_folder["weights"], list, form, weights.FileName]
        );
        using var model = weights.Create(classes: 7, store: Store);

        model.Config.Classes.ShouldBe(7);
        var loaded = model.LoadedWeights.ShouldNotBeNull();
        loaded.KeptHeads.ShouldBe(heads.Split(' '));
        loaded.Resampled.ShouldBeEmpty();
        loaded
            .Lines[0]
            .ShouldBe(
                $"{heads.Split(' ')[0]}: {weights.Classes:N0} classes of {width} channels in the weights, 7 classes of {width} channels here: "
                    + "this model's own stays, untrained by them."
            );
        _said.ShouldContain(loaded.ToString());
        loaded.ToString().ShouldStartWith($"{name}: taken, and{Environment.NewLine}{heads.Split(' ')[0]}: ");
        Holds(model, made.RootElement.GetProperty(weights.FileName), weights.Naming, except: heads.Split(' '));
    }

    [Fact]
    public void Build_AnotherImageAndALoss_ResamplesAndKeepsTheLoss()
    {
        var weights = Unstated("t2t_vit_7.yitu_in1k");
        using var made = PythonOracle.RunJson(
            "weight_files.py",
            TimeSpan.FromMinutes(1),
            [_folder["weights"], "t2t_vit_7", "ema", weights.FileName]
        );
        var config = VisionModels.T2t().Vit7().ImageSize(256).Classes(5).WithRelativeLocalization().Config;
        using var model = weights.Build(config, Store);

        var loaded = model.LoadedWeights.ShouldNotBeNull();
        loaded.Resampled.ShouldBe(["pos_embed"]);
        loaded.Lines.Count.ShouldBe(3);
        loaded.Lines[0].ShouldBe("pos_embed: [1, 197, 256] resampled to [1, 257, 256].");
        loaded.Lines[1].ShouldStartWith("head: 1,000 classes of 256 channels in the weights, 5 classes");
        loaded
            .Lines[2]
            .ShouldBe($"{model.auxiliary_losses[0].Name}: a part of the loss, which stays this model's own.");
        model.Preprocessing.ShouldBe(weights.Preprocessing with { ImageSize = 256 });
    }

    [Fact]
    public void Create_ByNameAndByChain_TakeTheUsersStore()
    {
        var weights = PublishedWeights.Of("cct_7_3x1_32", "cifar10_300e");
        PythonOracle.Run(
            "weight_files.py",
            TimeSpan.FromMinutes(1),
            [_folder["weights"], "cct_7_3x1_32", "plain", weights.FileName]
        );
        var before = Environment.GetEnvironmentVariable(DataStore.FolderVariable);
        Environment.SetEnvironmentVariable(DataStore.FolderVariable, _folder.Path);
        try
        {
            DataStore.Default.Folder.ShouldBe(_folder.Path);
            using var named = VisionModels.Create("cct_7_3x1_32", classes: 3, weights: "cifar10_300e");
            named.LoadedWeights!.KeptHeads.ShouldBe(["classifier.fc"]);
            using var chained = VisionModels.Cct().Classes(3).Weights("cifar10_300e").Build();
            chained.LoadedWeights!.Published.ShouldBe(weights);
            chained.Config.Classes.ShouldBe(3);
            using var wider = VisionModels.Cct().ImageSize(64).Named("mine").Weights(weights.Name).Build();
            wider.Config.Name.ShouldBe("mine");
            wider.LoadedWeights!.Resampled.ShouldBe(["classifier.positional_emb"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataStore.FolderVariable, before);
        }
    }

    [Fact]
    public void Create_AFileOfAnotherHash_IsRefusedBeforeAnythingIsBuilt()
    {
        Directory.CreateDirectory(_folder["weights"]);
        File.WriteAllText(_folder["weights/resnet18-f37072fd.pth"], "no weights");
        Should
            .Throw<WrongFileException>(() => PublishedWeights.Of("resnet18", "tv_in1k").Create(store: Store))
            .Message.ShouldContain("its publisher states f37072fd");
    }

    [Fact]
    public void Create_NotHereAndOffline_SaysWhatToFetch()
    {
        Should
            .Throw<DownloadException>(() => PublishedWeights.Of("resnet50", "tv2_in1k").Create(store: Store))
            .Message.ShouldContain(
                $"The file lies at https://download.pytorch.org/models/resnet50-11ad3fa6.pth. To do without a network here, fetch the file on another "
                    + $"machine and put it at {_folder["weights/resnet50-11ad3fa6.pth"]}; its SHA-256 begins with 11ad3fa6"
            );
        Should
            .Throw<DownloadException>(() => PublishedWeights.Of("cvt_13", "msft_in1k").Create(store: Store))
            .Message.ShouldStartWith(
                "weights cvt_13.msft_in1k: no program can fetch this. Open https://1drv.ms/u/s!AhIXJn_J-blW9RzF3rMW7SsLHa8h?e=blQ0Al in a browser "
                    + "and take CvT-13-224x224-IN-1k.pth."
            );
    }

    [Theory]
    [InlineData("resnet50", "ms_in1k", "resnet50 has no published weights 'ms_in1k'; there are tv_in1k, tv2_in1k.")]
    [InlineData(
        "dhvt_tiny_imagenet_patch16",
        "in1k",
        "No published weights of dhvt_tiny_imagenet_patch16 are known (ArieSeirack/DHVT announces two"
    )]
    [InlineData(
        "resnet51",
        "tv_in1k",
        "No published weights of resnet51 are known; near it are those of resnet50 and resnet101"
    )]
    public void Of_UnknownWeights_SaysWhichThereAre(string model, string tag, string sentence) =>
        Should
            .Throw<ModelConfigException>(() => VisionModels.Create(model, weights: tag))
            .Message.ShouldContain(sentence);

    [Fact]
    public void List_APattern_MatchesNames()
    {
        PublishedWeights
            .List("SWIN_*.ms_in1k")
            .Select(w => w.Model)
            .ShouldBe([
                "swin_tiny_patch4_window7_224",
                "swin_small_patch4_window7_224",
                "swin_base_patch4_window7_224",
                "swin_base_patch4_window12_384",
            ]);
        PublishedWeights.List("nothing*").ShouldBeEmpty();
    }

    /// <summary>As Google's of ImageNet-21k, which have no classifier.</summary>
    private PublishedWeights Headless()
    {
        Directory.CreateDirectory(_folder["weights"]);
        using var published = VisionModels.Create("vit_mini_patch4_32");
        Safetensors.Save(
            _folder["weights/headless.safetensors"],
            published
                .state_dict()
                .Where(t => !t.Key.StartsWith("head.", StringComparison.Ordinal))
                .Select(t => (t.Key, t.Value))
        );
        return new("vit_mini_patch4_32", "headless", "https://example.org/headless.safetensors")
        {
            Classes = null,
            Dataset = "none",
            Preprocessing = Preprocessing.ImageNet(32),
            Licence = "none",
            Source = "https://example.org",
            Paper = "2010.11929",
        };
    }

    [Fact]
    public void Create_WeightsWithoutAClassifier_HasAFreshOneAndSaysSo()
    {
        using var model = Headless().Create(classes: 5, store: Store);
        model.LoadedWeights!.KeptHeads.ShouldBe(["head"]);
        model.LoadedWeights.Lines.ShouldBe(["head: the weights have none, so that this model's own stays."]);
        model.Config.Classes.ShouldBe(5);
        using var fresh = VisionModels.Create("vit_mini_patch4_32", classes: 5);
        foreach (var name in (string[])["head.weight", "head.bias"])
        {
            var (ours, theirs) = (model.get_parameter(name)!, fresh.get_parameter(name)!);
            ours.abs().max().ToSingle().ShouldBeInRange(0, 2 * theirs.abs().max().ToSingle(), name);
        }
        model.eval();
        model.call(randn(2, 3, 32, 32)).isfinite().all().ToBoolean().ShouldBeTrue();
    }

    [Fact]
    public void LoadPretrained_WeightsOfAnotherModel_AreRefused()
    {
        using var small = VisionModels.Create("vit_mini_patch4_32");
        using var other = VisionModels.Create("vit_2_4_32");
        Safetensors.Save(_folder["w.safetensors"], other.state_dict());
        var before = small.get_parameter("norm.weight")!.clone();
        Should.Throw<WeightsException>(() => small.LoadPretrained(_folder["w.safetensors"])).Missing.ShouldNotBeEmpty();
        small.get_parameter("norm.weight")!.Equals(before).ShouldBeTrue();
        small.LoadedWeights.ShouldBeNull();
    }

    private static ModelConfig Sized(PublishedWeights weights)
    {
        var config = VisionModels.ConfigOf(weights.Model);
        return config with { Classes = weights.Classes ?? config.Classes, ImageSize = weights.Preprocessing.ImageSize };
    }

    // As published, but for the hash, which the files of this test cannot have, and for what a browser must do.
    private static PublishedWeights Unstated(string name) =>
        PublishedWeights.List(name).Single() with
        {
            Sha256 = null,
        };

    private static void Holds(VisionModel model, JsonElement numbers, string naming, params string[] except)
    {
        var map = StateDictMap.Of(naming, model.Config.Family);
        var own = model.state_dict();
        var checkedNames = new HashSet<string>();
        foreach (var number in numbers.EnumerateObject())
        {
            if (
                map.Translate(number.Name) is not { } name
                || model.IsComputed(name)
                || Array.Exists(except, head => name.StartsWith(head + ".", StringComparison.Ordinal))
            )
            {
                continue;
            }

            checkedNames.Add(name);
            using var scope = NewDisposeScope();
            var tensor = own[name];
            if (
                name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
                && number.Value.GetDouble() != tensor.ToInt64()
            )
            {
                tensor.ToInt64().ShouldBe(0, name); // a file of a time when none were counted
            }
            else
            {
                tensor.eq(number.Value.GetDouble()).all().ToBoolean().ShouldBeTrue($"{model.Config.Name} {name}");
            }
        }
        own.Keys.Where(name => !model.IsComputed(name))
            .Where(name => !Array.Exists(except, head => name.StartsWith(head + ".", StringComparison.Ordinal)))
            .ShouldBeSubsetOf(checkedNames);
    }
}
