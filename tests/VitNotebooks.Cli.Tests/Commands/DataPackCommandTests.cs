using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Tests.Data;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary><c>vitnb data pack</c> as its user sees it.</summary>
public sealed class DataPackCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataPackCommandTests()
    {
        foreach (var split in new[] { "train", "val" })
        {
            Picture($"pictures/{split}/cat/1.png", 40, 30);
            Picture($"pictures/{split}/dog/1.png", 33, 33);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pack_AFolder_MakesOneFileOnceThatIsVerifiedAndOpened()
    {
        var file = _folder.File("pictures.vitpack");
        var (output, _) = Say(ExitCode.Success, "pack", "pictures");
        output.ShouldMatch(
            $"^pictures: 4 images \\(train, test\\) in {file}, files, [0-9,]+ bytes, SHA-256 [0-9a-f]{{64}}\n$"
        );
        Datasets.Open(file).Identity.ShouldBe(Datasets.Open(_folder.File("pictures")).Identity);
        Directory.GetFiles(_folder.Path).ShouldBe([file]);

        var written = File.GetLastWriteTimeUtc(file);
        Say(ExitCode.Success, "pack", "pictures").Output.ShouldBe(output[..^1] + "; it was there already\n");
        File.GetLastWriteTimeUtc(file).ShouldBe(written);

        Say(ExitCode.Success, "verify", file).Output.ShouldBe($"{file}: all of it is as it was packed.\n");
        var bytes = File.ReadAllBytes(file);
        bytes[100] ^= 1;
        File.WriteAllBytes(file, bytes);
        Say(ExitCode.WrongData, "verify", file).Output.ShouldContain("it was damaged");
    }

    [Fact]
    public void Pack_AsPixelsOfOneSize_SaysWhatTheFileIs()
    {
        var (output, _) = Say(
            ExitCode.Success,
            ["pack", "pictures", "--out", "small.vitpack", "--records", "pixels", "--size", "16", "--square", "--json"]
        );
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        root.GetProperty("path").GetString().ShouldBe(_folder.File("small.vitpack"));
        root.GetProperty("written").GetBoolean().ShouldBeTrue();
        root.GetProperty("version").GetInt32().ShouldBe(1);
        root.GetProperty("records").GetString().ShouldBe("pixels");
        root.GetProperty("images").GetInt32().ShouldBe(4);
        root.GetProperty("sha256").GetString()!.Length.ShouldBe(64);
        var train = Datasets.Open(_folder.File("small.vitpack")).Train;
        (train.Read(0).Width, train.Read(0).Height).ShouldBe((16, 16));
    }

    [Theory]
    [InlineData("pack nothing", "'nothing': no dataset of that name and no such folder")]
    [InlineData("pack pictures --size 16", "ShorterSide is 16, but Records.Files keeps files as they are")]
    [InlineData("pack pictures --records jpeg --quality 200", "Quality is 200, expected 1..100")]
    [InlineData("pack pictures --records pixels", "PackedRecords.Pixels wants one size")]
    [InlineData("pack pictures --out none/a.vitpack", "none: no such folder, so a.vitpack cannot be written there")]
    [InlineData("pack pictures --out pictures/train/cat/1.png", "is there and no packed dataset")]
    [InlineData("pack pictures --records tiff", "tiff")]
    public void Pack_BadInput_IsASentence(string arguments, string sentence)
    {
        var errors = Say(ExitCode.UserError, arguments.Split(' ')).Errors;
        errors.ShouldContain(sentence);
        errors.ShouldNotContain("   at ");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Pack_ABrokenImage_NamesItAndLeavesNothing()
    {
        File.WriteAllText(_folder.File("pictures/train/dog/1.png"), "no picture");
        Say(ExitCode.UserError, ["pack", "pictures", "--records", "jpeg"])
            .Errors.ShouldContain(_folder.File("pictures/train/dog/1.png"));
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Pack_TheDiskIsFull_SaysSoAndLeavesNothing()
    {
        // A limit on the size of files stands for the end of a disk: 128 blocks of 1 KiB.
        Picture("pictures/train/dog/2.png", 300, 300);
        using var limited = VitnbProcess.Under(
            "trap '' XFSZ; ulimit -f 128; exec",
            _folder.Path,
            new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }, // .NET keeps its code in a file in memory, which is longer
            "data",
            "pack",
            "pictures"
        );
        limited.ExitCode().ShouldBe(ExitCode.UserError, limited.Errors);
        limited.Errors.ShouldContain(
            $"the disk of {_folder.Path} is full (File too large), and nothing of it is kept."
        );
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Text_OfALine_HasCountRateAndTimeLeft()
    {
        PackLine.Text("mine", 12_300, 60_000, null).ShouldBe("packing mine: 12,300 of 60,000 images");
        PackLine
            .Text("mine", 12_300, 60_000, 4770)
            .ShouldBe("packing mine: 12,300 of 60,000 images, 4,770 a second, 10 s left");
    }

    private void Picture(string name, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllBytes(_folder.File(name), TestImages.Noise(width, height, name.Length).ToPng());
    }

    private (string Output, string Errors) Say(int code, params string[] arguments)
    {
        using var vitnb = new VitnbProcess(_folder.Path, new Dictionary<string, string>(), ["data", .. arguments]);
        vitnb.ExitCode().ShouldBe(code, vitnb.Errors);
        return (vitnb.Output, vitnb.Errors);
    }
}
