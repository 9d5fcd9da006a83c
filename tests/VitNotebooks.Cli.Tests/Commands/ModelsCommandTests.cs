using System.Text.Json;
using Shouldly;
using VitNotebooks.Models;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary><c>vitnb models</c> and <c>vitnb summary</c> as their user starts them.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_Json_HasEveryModelWithItsConfiguration()
    {
        using var document = JsonDocument.Parse(Say(ExitCode.Success, "models", "--json").Output);
        var models = document.RootElement.EnumerateArray().ToList();
        var names = models.Select(m => m.GetProperty("name").GetString()!).ToList();
        names.Except(VisionModels.List()).ShouldBeEmpty();
        names.Count.ShouldBeGreaterThan(100); // here models of other tests may have joined the list
        foreach (var model in models)
        {
            ModelConfig
                .FromJson(model.GetProperty("config").GetRawText())
                .ShouldBe(VisionModels.ConfigOf(model.GetProperty("name").GetString()!));
        }
    }

    [Theory]
    [InlineData("CVT_?_4_32")]
    [InlineData("cvt_")]
    public void Models_PatternOrPartOfAName_ListsThose(string pattern)
    {
        var said = Say(ExitCode.Success, "models", pattern).Output;
        string.Join(' ', said.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ShouldContain("cvt_7_4_32 CCT 32 10 256 x 8 x 8");
        said.ShouldNotContain("swin");
    }

    [Fact]
    public void Models_Weights_ListsWhatIsPublished()
    {
        var said = Say(ExitCode.Success, "models", "resnet50", "--weights").Output;
        said.ShouldContain("https://download.pytorch.org/models/resnet50-11ad3fa6.pth");
        string.Join(' ', said.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .ShouldStartWith(
                "weights image classes on top-1 hash licence file resnet50.tv_in1k 224 1,000 ImageNet-1k 76.13 0676ba61 none stated"
            );
        var table = Say(ExitCode.Success, "models", "cvt_13").Output;
        table.ShouldContain("msft_in1k");
        using var document = JsonDocument.Parse(Say(ExitCode.Success, "models", "cvt_13_384", "--json").Output);
        var weights = document.RootElement[0].GetProperty("weights").EnumerateArray().ToArray();
        weights.Select(w => w.GetProperty("tag").GetString()).ShouldBe(["msft_in1k", "msft_in22k_ft_in1k"]);
        weights[0].GetProperty("byHand").GetString()!.ShouldStartWith("Open https://1drv.ms/");
        weights[0].GetProperty("sha256").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Models_NothingMatches_IsASentence()
    {
        Say(ExitCode.UserError, "models", "nothing*")
            .Errors.ShouldStartWith("vitnb: No model matches 'nothing*'; vitnb models without a pattern lists all");
        Say(ExitCode.UserError, "models", "cct_7_3x9_32")
            .Errors.ShouldStartWith("vitnb: No model is named 'cct_7_3x9_32'; did you mean cct_7_3x");
    }

    [Fact]
    public void Summary_AName_ShowsParametersAndShapes()
    {
        var said = Say(ExitCode.Success, "summary", "cvt_2_4_32").Output;
        said.ShouldContain("214,539");
        said.ShouldContain("[1, 64, 128]");
        Say(ExitCode.Success, "summary", "cvt_2_4_32", "--classes", "100", "--image-size", "64", "--format", "markdown")
            .Output.ShouldContain("`tokenizer` | ConvolutionalTokenizer | [1, 256, 128] |");
    }

    [Fact]
    public void Summary_Json_IsTheTree()
    {
        using var document = JsonDocument.Parse(Say(ExitCode.Success, "summary", "cvt_2_4_32", "--json").Output);
        var root = document.RootElement;
        root.GetProperty("parameters").GetInt64().ShouldBe(214_539);
        root.GetProperty("trainable").GetInt64().ShouldBe(214_539);
        var children = root.GetProperty("children").EnumerateArray().ToList();
        children[0].GetProperty("path").GetString().ShouldBe("tokenizer");
        children[0].GetProperty("outputShape").EnumerateArray().Select(n => n.GetInt64()).ShouldBe([1, 64, 128]);
        children.Sum(c => c.GetProperty("macs").GetInt64()).ShouldBe(root.GetProperty("macs").GetInt64());
    }

    [Fact]
    public void Summary_Html_IsAPage()
    {
        var page = Say(ExitCode.Success, "summary", "cvt_2_4_32", "--format", "html").Output;
        page.ShouldStartWith("<!DOCTYPE html>");
        page.ShouldContain("<title>cvt_2_4_32</title>");
        page.ShouldContain("title=\"tokenizer\"");
        page.ShouldContain("214,539");
    }

    [Theory]
    [InlineData("cvt_2_4_32 --format yaml", "vitnb: --format yaml: expected text, markdown or html, or --json.")]
    [InlineData("cvt_2_4_32 --json --format html", "give one of the two.")]
    [InlineData("swin_tiny", "No model is named 'swin_tiny'; did you mean")]
    [InlineData(
        "vit_tiny_patch16_224 --image-size 225",
        "ViT: image 225 is not a multiple of patch 16; nearest: 224, 240."
    )]
    [InlineData("cvt_2_4_32 --classes 0", "CCT: classes 0 is not in 1..1000000; nearest: 1.")]
    public void Summary_BadInput_IsASentence(string arguments, string sentence) =>
        Say(ExitCode.UserError, ["summary", .. arguments.Split(' ')]).Errors.ShouldContain(sentence);

    private (string Output, string Errors) Say(int code, params string[] arguments)
    {
        using var vitnb = new VitnbProcess(_folder.Path, new Dictionary<string, string>(), arguments);
        vitnb.ExitCode().ShouldBe(code, vitnb.Errors);
        return (vitnb.Output, vitnb.Errors);
    }
}
