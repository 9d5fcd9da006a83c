using System.Text;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class DmlabTests : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetOracle.WithCounts(
        "dmlab",
        ("train", 5),
        ("val", 3),
        ("test", 2)
    );
    private readonly DataFolder _folder = new();

    public DmlabTests()
    {
        File("dmlab-train.tfrecord-00001-of-00002", 2, 3, 4);
        File("dmlab-train.tfrecord-00000-of-00002", 5, 0);
        File("dmlab-validation.tfrecord", 1, 1, 2);
        File("dmlab-test.tfrecord", 0, 5);
    }

    [Fact]
    public void Open_TheFiles_AreTheRecordsInOrder()
    {
        Datasets.IsPresent("dmlab", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(s_small, _folder.Path);
        Labels(data.Train).ShouldBe([5, 0, 2, 3, 4]);
        Labels(data.Validation!).ShouldBe([1, 1, 2]);
        Labels(data.Test).ShouldBe([0, 5]);
        data.Classes.Count.ShouldBe(s_small.ClassCount!.Value);
        for (var i = 0; i < 3; i++)
        {
            data.Validation!.ReadFile(i).ShouldBe(TestImages.Noise(12, 9, i).ToJpeg());
            var image = data.Validation.Read(i);
            (image.Width, image.Height).ShouldBe((12, 9));
        }
        data.Train.Source(0).ShouldMatch("dmlab-train.tfrecord-00000-of-00002, image at byte [0-9]+$");
        data.Train.ToString()!.ShouldBe("dmlab/train: 5 images in 2 TFRecord files, 6 classes");
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("dmlab", _folder.Path))
            .Message.ShouldContain("5 images are listed; expected 65,550");
    }

    [Fact]
    public void Open_TheTaskOfVtab_TakesItsThreeSplits()
    {
        var task = s_small.Protocols.Single() with
        {
            Splits =
            [
                new ManifestSplit("train800", 3, [], "dmlab:2.0.1: train[:3]"),
                new ManifestSplit("val200", 2, [], "dmlab:2.0.1: validation[:2]"),
                new ManifestSplit("test", 2, [], "dmlab:2.0.1: test"),
            ],
        };
        var data = DatasetProtocols.Open(s_small, task, _folder.Path, OpenOptions.Default);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).ShouldBe((3, 2, 2));
        data.Validation.Source(0).ShouldContain("dmlab-validation");
    }

    [Fact]
    public void OpenSplit_ARecordThatIsNoFrame_IsNamed()
    {
        var image = TestImages.Noise(4, 4, 1).ToJpeg();
        Refused([0xFF]).ShouldContain("the record is no tf.train.Example");
        Refused(TestTfRecords.Example(TestTfRecords.Feature("label", TestTfRecords.Whole(1))))
            .ShouldContain("has no one 'image' of bytes");
        Refused(TestTfRecords.Example(TestTfRecords.Feature("image", TestTfRecords.Bytes(image))))
            .ShouldContain("has no one 'label' that is a whole number");
        Refused(
                TestTfRecords.Example(
                    TestTfRecords.Feature("image", TestTfRecords.Bytes(image, image)),
                    TestTfRecords.Feature("label", TestTfRecords.Whole(1))
                )
            )
            .ShouldContain("has no one 'image' of bytes");
        Refused(TestTfRecords.Frame(image, "x", 6)).ShouldContain("has the label 6; expected 0 to 5");
        Refused(TestTfRecords.Frame(image, "x", -1)).ShouldContain("has the label -1; expected 0 to 5");
    }

    [Fact]
    public void OpenSplit_ADamagedFile_IsNamed()
    {
        var path = _folder["dmlab", "dmlab-test.tfrecord"];
        var bytes = System.IO.File.ReadAllBytes(path);
        bytes[100] ^= 16;
        System.IO.File.WriteAllBytes(path, bytes);
        Should
            .Throw<DatasetFormatException>(() => Dmlab.OpenSplit(_folder["dmlab"], "test", "x"))
            .Message.ShouldContain("byte 0: the check sum of a record is wrong");
        System.IO.File.WriteAllBytes(path, []);
        Should
            .Throw<DatasetFormatException>(() => Dmlab.OpenSplit(_folder["dmlab"], "test", "x"))
            .Message.ShouldContain("no records in 1 files");
    }

    [Fact]
    public void OpenSplit_ALargeFileAgain_TakesWhatTheFirstOpeningFound()
    {
        var image = TestImages.Noise(4, 4, 1).ToJpeg();
        var path = _folder["dmlab", "dmlab-test.tfrecord"];
        File("dmlab-test.tfrecord", image, [.. Enumerable.Range(0, PlaceIndex.LeastEntries).Select(i => i * 5 % 6)]);
        Settle(path);
        var first = Dmlab.OpenSplit(_folder["dmlab"], "test", "x");
        var index = PlaceIndex.Places(path)[0];
        System.IO.File.Exists(index).ShouldBeTrue();

        // The check sum of a record that no probe looks at: only who reads all of them sees it.
        var bytes = System.IO.File.ReadAllBytes(path);
        var second = bytes.AsSpan(100).IndexOf(image) + 100 + image.Length;
        bytes[second + bytes.AsSpan(second).IndexOf(image) - 1] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
        Settle(path);
        using var again = Dmlab.OpenSplit(_folder["dmlab"], "test", "x");
        Labels(again).ShouldBe(Labels(first));
        again.ReadFile(998).ShouldBe(image);
        System.IO.File.Delete(index);
        Should
            .Throw<DatasetFormatException>(() => Dmlab.OpenSplit(_folder["dmlab"], "test", "x"))
            .Message.ShouldContain("the check sum of a record is wrong");
    }

    [Fact]
    public void OpenSplit_ImagesThatAreNotWhereTheIndexSays_AreLookedForAgain()
    {
        var path = _folder["dmlab", "dmlab-test.tfrecord"];
        var image = TestImages.Noise(4, 4, 1).ToJpeg();
        int[] labels = [.. Enumerable.Repeat(2, PlaceIndex.LeastEntries)];
        File("dmlab-test.tfrecord", image, labels);
        Settle(path);
        Dmlab.OpenSplit(_folder["dmlab"], "test", "x").Dispose();
        // Of the same length and time, with the two names of a frame in another order.
        _folder.Write(
            TestTfRecords.File([
                .. labels.Select(
                    (label, i) =>
                        TestTfRecords.Example(
                            TestTfRecords.Feature("image", TestTfRecords.Bytes(image)),
                            TestTfRecords.Feature("filename", TestTfRecords.Bytes(Encoding.UTF8.GetBytes($"{i}"))),
                            TestTfRecords.Feature("label", TestTfRecords.Whole(label + 1))
                        )
                ),
            ]),
            "dmlab",
            "dmlab-test.tfrecord"
        );
        Settle(path);
        using var data = Dmlab.OpenSplit(_folder["dmlab"], "test", "x");
        data.Label(0).ShouldBe(3);
        data.ReadFile(999).ShouldBe(image);
    }

    [Fact]
    public void Read_ARecordWhoseImageIsNone_IsBrokenAndListed()
    {
        _folder.Write(TestTfRecords.File(TestTfRecords.Frame([1, 2, 3], "x", 1)), "dmlab", "dmlab-test.tfrecord");
        var data = Dmlab.OpenSplit(_folder["dmlab"], "test", "x");
        Should.Throw<NotAnImageException>(() => data.Read(0)).File.ShouldBe(data.Source(0));
        data.Broken.ShouldHaveSingleItem().File.ShouldBe(data.Source(0));
    }

    [Fact]
    public void OpenSplit_WithoutFiles_SaysWhichAreExpected()
    {
        Should
            .Throw<DatasetNotFoundException>(() => Dmlab.OpenSplit(_folder.Path, "train", "x"))
            .Message.ShouldContain("no file dmlab-train.tfrecord* is in ");
        Should
            .Throw<ArgumentException>(() => Dmlab.OpenSplit(_folder.Path, "val", "x"))
            .Message.ShouldContain("it has train, validation and test");
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Labels(IImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Label)];

    private void File(string name, params int[] labels) =>
        _folder.Write(
            TestTfRecords.File([
                .. labels.Select((label, i) => TestTfRecords.Frame(TestImages.Noise(12, 9, i).ToJpeg(), $"{i}", label)),
            ]),
            "dmlab",
            name
        );

    private void File(string name, byte[] image, int[] labels) =>
        _folder.Write(
            TestTfRecords.File([.. labels.Select((label, i) => TestTfRecords.Frame(image, $"{i}", label))]),
            "dmlab",
            name
        );

    private static void Settle(string path) =>
        System.IO.File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

    private string Refused(byte[] record)
    {
        _folder.Write(TestTfRecords.File(record), "dmlab", "dmlab-test.tfrecord");
        return Should.Throw<DatasetFormatException>(() => Dmlab.OpenSplit(_folder["dmlab"], "test", "x")).Message;
    }
}
