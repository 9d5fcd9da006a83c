using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(DatasetOracleCollection.Name)]
public sealed class ObjectNetTests(DatasetOracle oracle) : IDisposable
{
    private static readonly DatasetManifest s_small = DatasetManifests.Get("objectnet") with
    {
        ClassCount = 3,
        Splits = [], // the counts are those of 113 classes
    };
    private readonly DataFolder _folder = new();

    [Fact]
    public void Open_TheFolder_IsTheMappedClassesWithoutTheirBorder()
    {
        var data = Datasets.Open(s_small, oracle.PathOf("objectnet"));
        DatasetOracle.Check(data.Test, oracle["objectnet", "test"]);
        data.Train.Count.ShouldBe(0);
        data.Classes.ShouldBe(["Alarm clock", "Bicycle", "Umbrella"]);
        data.Test.Identity.ShouldEndWith(" without 2 px of border");
        // The file's bytes have the border; who decodes them himself would not see this dataset.
        data.Test.ReadFile(0).ShouldBeNull();
        var test = (ObjectNet)data.Test;
        int[][] known =
        [
            .. oracle["objectnet", "imagenet"]
                .EnumerateArray()
                .Select(list => list.EnumerateArray().Select(index => index.GetInt32()).ToArray()),
        ];
        Enumerable.Range(0, 3).Select(label => test.ImageNetClasses(label).ToArray()).ShouldBe(known);
    }

    [Fact]
    public void Accuracy_OverImageNetsClasses_CountsAnyOfTheRightOnes()
    {
        var test = ObjectNet.Open(oracle.PathOf("objectnet", "objectnet-1.0"), "x", 3);
        (test.IsRight(0, 409), test.IsRight(0, 530), test.IsRight(0, 671)).ShouldBe((true, true, false));
        test.Accuracy([409, 530, 444, 0, 879, 134]).ShouldBe(4 / 6.0);
        Should
            .Throw<ArgumentException>(() => test.Accuracy([1, 2]))
            .Message.ShouldContain("2 predictions for 6 images");
    }

    [Theory]
    [InlineData(
        "folder_to_objectnet_label.json",
        """{"bicycle":"Bicycle"}""",
        "has no folder in folder_to_objectnet_label.json"
    )]
    [InlineData("folder_to_objectnet_label.json", """{"bicycle":7}""", "'bicycle' is there twice, or is no text")]
    [InlineData("folder_to_objectnet_label.json", "[]", "no object of names")]
    [InlineData("folder_to_objectnet_label.json", "{", "no JSON")]
    [InlineData("objectnet_to_imagenet_1k.json", """{"Umbrella":"umbrella"}""", "1 classes; expected 3")]
    [InlineData(
        "objectnet_to_imagenet_1k.json",
        """{"Umbrella":"parasol"}""",
        "'Umbrella' is ImageNet's 'parasol', which"
    )]
    [InlineData("pytorch_to_imagenet_2012_id.json", """{"1000":1}""", "'1000' is 1; expected a class index, 0..999")]
    [InlineData("pytorch_to_imagenet_2012_id.json", """{"1":"one"}""", "'1' is 'one'; expected")]
    [InlineData("pytorch_to_imagenet_2012_id.json", """{"1":5,"2":5}""", "'2' is 5; expected")]
    [InlineData("imagenet_to_label_2012_v2", "nothing", "which imagenet_to_label_2012_v2 does not have")]
    public void Open_AMappingThatIsWrong_IsNamed(string file, string text, string says)
    {
        CopyAll();
        _folder.Write(Encoding.UTF8.GetBytes(text), "objectnet-1.0", "mappings", file);
        Should.Throw<DatasetFormatException>(() => Datasets.Open(s_small, _folder.Path)).Message.ShouldContain(says);
    }

    [Fact]
    public void Open_WhatIsMissing_IsNamed()
    {
        CopyAll();
        Directory.Delete(_folder["objectnet-1.0", "images", "bicycle"], recursive: true);
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(s_small, _folder.Path))
            .Message.ShouldContain("1 of the 3 class folders");
        File.Delete(_folder["objectnet-1.0", "mappings", "imagenet_to_label_2012_v2"]);
        Should
            .Throw<DatasetNotFoundException>(() => Datasets.Open(s_small, _folder.Path))
            .Message.ShouldContain("imagenet_to_label_2012_v2 is missing");
    }

    [Fact]
    public void Read_AnImageThatIsAllBorder_Throws()
    {
        CopyAll();
        _folder.Write(TestImages.Noise(4, 9, 1).ToPng(), "objectnet-1.0", "images", "bicycle", "0.png");
        var test = Datasets.Open(s_small, _folder.Path).Test;
        Should.Throw<BrokenImageException>(() => test.Read(2)).Message.ShouldContain("4 x 9 px");
    }

    public void Dispose() => _folder.Dispose();

    private void CopyAll()
    {
        var from = oracle.PathOf("objectnet");
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            _folder.Write(File.ReadAllBytes(file), Path.GetRelativePath(from, file));
        }
    }
}
