using System.Text;
using System.Text.Json;
using Shouldly;
using VitNotebooks.Data;
using VitNotebooks.Data.Codecs;
using VitNotebooks.Data.Manifests;
using VitNotebooks.Oracles;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class KittiTests : IDisposable
{
    // Of 20 drives numpy draws two for testing and two of the others for validation, see Draw_OfAnyCount_IsNumpys.
    private static readonly int[] s_tests = [14, 5];
    private static readonly int[] s_validates = [7, 11];
    private readonly DataFolder _folder = new();

    public KittiTests()
    {
        // Three frames a drive; the image of a number is at another place in the list of frames.
        Text(
            string.Concat(Enumerable.Range(0, 60).Select(i => $"2011_09_26 drive_{i / 3:D3} {i % 3:D10}\n")),
            "mapping",
            "train_mapping.txt"
        );
        Text(
            string.Join(",", Enumerable.Range(0, 40).Select(image => $"{Frame(image) + 1}")) + "\n",
            "mapping",
            "train_rand.txt"
        );
        for (var image = 0; image < 40; image++)
        {
            Label(image, $"Car 0.00 0 1.5 1 2 3 4 1.5 1.6 3.7 -2.5 1.6 {image} 1.2\n");
            _folder.Write(TestImages.Noise(7, 5, image).ToPng(), "kitti", "training", "image_2", $"{image:D6}.png");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(37)]
    [InlineData(142)]
    public void Draw_OfAnyCount_IsNumpys(int count)
    {
        string[] drives = [.. Enumerable.Range(0, count).Select(i => $"drive {i:D3}")];
        if (count == 1)
        {
            // Nothing is left to validate on.
            Kitti.Draw(drives).Tests.ShouldBe(drives);
            Kitti.Draw(drives).Validates.ShouldBeEmpty();
            return;
        }
        using var known = PythonOracle.RunJson("datasets.py", TimeSpan.FromMinutes(1), "draw", $"{count}");
        var (tests, validates) = Kitti.Draw(drives);
        tests.Order().ShouldBe(DatasetOracle.Texts(known.RootElement.GetProperty("tests")).Order());
        validates.Order().ShouldBe(DatasetOracle.Texts(known.RootElement.GetProperty("validates")).Order());
    }

    [Fact]
    public void Open_TheFiles_KeepsTheImagesOfADriveTogether()
    {
        Datasets.IsPresent("kitti", _folder.Path).ShouldBeTrue();
        var data = Datasets.Open(Small(), _folder.Path);
        Numbers(data.Test).ShouldBe(ImagesOf(s_tests));
        Numbers(data.Validation!).ShouldBe(ImagesOf(s_validates));
        Numbers(data.Train).ShouldBe(ImagesOf([.. Enumerable.Range(0, 20).Except(s_tests).Except(s_validates)]));
        data.Classes.ShouldBe(["up to 8 m", "8 to 20 m", "over 20 m", "no vehicle"]);
        foreach (var split in new[] { data.Train, data.Validation!, data.Test })
        {
            for (var i = 0; i < split.Count; i++)
            {
                var metres = Numbers(split)[i];
                split
                    .Label(i)
                    .ShouldBe(
                        metres <= 8 ? 0
                        : metres <= 20 ? 1
                        : 2
                    );
            }
        }
        data.Test.Read(0).Width.ShouldBe(7);
        DatasetManifests.Get("kitti").Protocols.Single().ClassCount.ShouldBe(data.Classes.Count);
        Should
            .Throw<DatasetFormatException>(() => Datasets.Open("kitti", _folder.Path))
            .Message.ShouldContain("expected 6,347");
    }

    [Theory]
    [InlineData("Van 0 0 0 0 0 0 0 0 0 0 0 0 9 0\nTruck 0 0 0 0 0 0 0 0 0 0 0 0 8.0 0\n", 0)] // a bound belongs to the class below it
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 8.01 0\n", 1)]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 20 0\n", 1)]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 -3.5 0\n", 0)]
    [InlineData("Pedestrian 0 0 0 0 0 0 0 0 0 0 0 0 2 0\nTram 0 0 0 0 0 0 0 0 0 0 0 0 5 0\n", 3)]
    [InlineData("DontCare -1 -1 -10 5 5 6 6 -1 -1 -1 -1000 -1000 -1000 -10\nCar 0 0 0 0 0 0 0 0 0 0 0 0 50 0\n", 2)]
    [InlineData("", 3)]
    public void Open_AnAnnotation_HasTheClassOfItsNearestVehicle(string annotation, int expected)
    {
        var image = ImagesOf(s_tests)[0];
        Label(image, annotation);
        Kitti.Open(_folder["kitti"], "x").Test.Label(0).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Car 1 2 3\n", "line 1 is 'Car 1 2 3'; expected 15 fields apart by a space")]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 near 0\n", "line 1 has the distance 'near'; expected a number of metres")]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 NaN 0\n", "line 1 has the distance 'NaN'")]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 -200 0\n", "line 1 has the distance '-200'")]
    [InlineData("Car 0 0 0 0 0 0 0 0 0 0 0 0 1000 0\n", "line 1 has the distance '1000'")]
    public void Open_AnAnnotationThatIsWrong_NamesItsLine(string annotation, string says)
    {
        Label(0, annotation);
        Should
            .Throw<DatasetFormatException>(() => Kitti.Open(_folder["kitti"], "x"))
            .Message.ShouldContain($"000000.txt: {says}");
    }

    [Theory]
    [InlineData("1,2,61", "the place of image 2 is '61'; expected a number, 1 to 60")]
    [InlineData("0", "the place of image 0 is '0'")]
    [InlineData("1,,2", "the place of image 1 is ''")]
    public void Open_APlaceThatIsWrong_IsNamed(string places, string says)
    {
        Text(places, "mapping", "train_rand.txt");
        Should.Throw<DatasetFormatException>(() => Kitti.Open(_folder["kitti"], "x")).Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("mapping", "train_rand.txt")]
    [InlineData("mapping", "train_mapping.txt")]
    [InlineData("training", "label_2", "000003.txt")]
    public void Open_WithoutAFile_NamesIt(params string[] file)
    {
        File.Delete(_folder[["kitti", .. file]]);
        var message = Should.Throw<DatasetNotFoundException>(() => Kitti.Open(_folder["kitti"], "x")).Message;
        message.ShouldContain($"{file[^1]} is missing. Fetch the set again: vitnb data get kitti.");
        message.ShouldContain(_folder.Path);
    }

    [Fact]
    public void Open_TheTaskOfVtab_TakesItsThreeSplits()
    {
        var task = Small().Protocols.Single() with
        {
            Splits =
            [
                new ManifestSplit("train800", 5, [], "kitti:3.1.0: train[:5]"),
                new ManifestSplit("val200", 2, [], "kitti:3.1.0: validation[:2]"),
                new ManifestSplit("test", ImagesOf(s_tests).Length, [], "kitti:3.1.0: test"),
            ],
        };
        var data = DatasetProtocols.Open(Small(), task, _folder.Path, OpenOptions.Default);
        Numbers(data.Validation!).ShouldBeSubsetOf(ImagesOf(s_validates));
        Numbers(data.Train).Intersect(ImagesOf([.. s_tests, .. s_validates])).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private static int Frame(int image) => image * 7 % 60;

    private static int[] ImagesOf(int[] drives) =>
        [.. Enumerable.Range(0, 40).Where(image => drives.Contains(Frame(image) / 3))];

    private static int[] Numbers(IImageDataset split) =>
        [
            .. Enumerable
                .Range(0, split.Count)
                .Select(i => int.Parse(Path.GetFileNameWithoutExtension(split.Source(i)), null)),
        ];

    private static DatasetManifest Small() =>
        DatasetOracle.WithCounts(
            "kitti",
            ("train", 40 - ImagesOf([.. s_tests, .. s_validates]).Length),
            ("val", ImagesOf(s_validates).Length),
            ("test", ImagesOf(s_tests).Length)
        );

    private void Label(int image, string text) => Text(text, "training", "label_2", $"{image:D6}.txt");

    private void Text(string text, params string[] path) =>
        _folder.Write(Encoding.UTF8.GetBytes(text), ["kitti", .. path]);
}
