using System.Formats.Tar;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class ImageNet21kTests : IDisposable
{
    private static readonly string[] s_classes = ["n00004475", "n01440764", "n15102894"];
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("folders")]
    [InlineData("train")]
    [InlineData("winter21_whole")]
    [InlineData("fall11_whole")]
    [InlineData(".")]
    [InlineData("winter21_whole.tar")]
    [InlineData("fall11_whole.tar")]
    public void Open_EveryForm_HasTheClassesInOrderOfTheirWnids(string form)
    {
        Datasets.IsPresent("imagenet21k", _folder.Path).ShouldBeFalse();
        Make(form);
        Datasets.IsPresent("imagenet-21k", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open("imagenet21k", _folder.Path);
        data.Classes.ShouldBe(s_classes);
        data.Train.Name.ShouldBe("imagenet21k/train");
        // Three images of the first class, two of the second, one of the third, each as wide as it has been made.
        Enumerable
            .Range(0, data.Train.Count)
            .Select(i => (data.Train.Label(i), data.Train.Read(i).Width))
            .Order()
            .ShouldBe([(0, 10), (0, 11), (0, 12), (1, 10), (1, 11), (2, 10)]);
        (data.Test.Count, data.Test.Name).ShouldBe((0, "imagenet21k/test"));
        data.Train.Source(0).ShouldContain("_0.JPEG");
    }

    [Fact]
    public void Open_WithImagesPutAside_TestsOnThem()
    {
        Make("folders");
        _folder.Write(TestImages.Noise(5, 5, 1).ToJpeg(), "imagenet21k", "val", "n15102894", "1.JPEG");
        var data = Datasets.Open("imagenet21k", _folder.Path);
        (data.Test.Count, data.Test.Label(0), data.Test.Name).ShouldBe((1, 2, "imagenet21k/val"));
    }

    [Fact]
    public void Open_ThePackedArchive_SaysToUnpackItOnce()
    {
        _folder.Write([1], "imagenet21k", "winter21_whole.tar.gz");
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open("imagenet21k", _folder.Path))
            .Message.ShouldContain("Unpack it there, once: tar xzf winter21_whole.tar.gz; or gunzip");
    }

    [Fact]
    public void Open_AnArchiveWithoutImages_IsNamed()
    {
        _folder.Write(Tar(("readme.txt", [1])), "imagenet21k", "train", "n01440764.tar");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("imagenet21k", _folder.Path))
            .Message.ShouldContain("n01440764.tar: no image of n01440764 is in it");
        File.Delete(_folder["imagenet21k", "train", "n01440764.tar"]);
        _folder.Write(Tar(("fall11_whole/readme.txt", [1])), "imagenet21k", "fall11_whole.tar");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("imagenet21k", _folder.Path))
            .Message.ShouldContain("fall11_whole.tar: no image of any class is in it");
    }

    [Fact]
    public void Open_ATruncatedArchive_IsNamed()
    {
        var tar = Tar(("n01440764_0.JPEG", new byte[5000]));
        _folder.Write(tar[..3000], "imagenet21k", "train", "n01440764.tar");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("imagenet21k", _folder.Path))
            .Message.ShouldContain("it is truncated");
    }

    public void Dispose() => _folder.Dispose();

    internal static byte[] Tar(params (string Name, byte[] Data)[] files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var (name, data) in files)
            {
                writer.WriteEntry(
                    new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(data) }
                );
            }
        }
        return stream.ToArray();
    }

    private static (string Name, byte[] Data)[] Images(int label) =>
        [
            .. Enumerable
                .Range(0, 3 - label)
                .Select(i => ($"{s_classes[label]}_{i}.JPEG", TestImages.Noise(10 + i, 8, i).ToJpeg())),
        ];

    private void Make(string form)
    {
        if (form == "folders")
        {
            for (var label = 0; label < 3; label++)
            {
                foreach (var (name, data) in Images(label))
                {
                    _folder.Write(data, "imagenet21k", "train", s_classes[label], name);
                }
            }
            return;
        }
        (string Name, byte[] Data)[] tars =
        [
            .. new[] { 2, 0, 1 }.Select(label => ($"{s_classes[label]}.tar", Tar(Images(label)))),
        ];
        if (form.EndsWith(".tar", StringComparison.Ordinal))
        {
            _folder.Write(Tar([.. tars.Select(tar => ($"{form[..^4]}/{tar.Name}", tar.Data))]), "imagenet21k", form);
            return;
        }
        foreach (var (name, data) in tars)
        {
            _folder.Write(data, "imagenet21k", form, name);
        }
    }
}
