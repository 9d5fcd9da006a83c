using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class IndexedDatasetTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Broken_OfAPart_AreThoseOfThePart()
    {
        _folder.Write([1, 2, 3], "set", "a", "0.png");
        _folder.Write(TestImages.Noise(4, 4, 1).ToPng(), "set", "a", "1.png");
        _folder.Write([4, 5, 6], "set", "a", "2.png");
        var whole = new ImageFolder(_folder["set"]);
        var first = new IndexedDataset(whole, [1, 0], "first");
        var last = new IndexedDataset(whole, [2], "last");
        first.Broken.ShouldBeEmpty();
        Should.Throw<ImageFileException>(() => whole.Read(0));
        Should.Throw<ImageFileException>(() => last.Read(0));
        whole.Broken.Count.ShouldBe(2);
        first.Broken.ShouldHaveSingleItem().File.ShouldBe(whole.Source(0));
        last.Broken.ShouldHaveSingleItem().File.ShouldBe(whole.Source(2));
        new IndexedDataset(first, [0], "good").Broken.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();
}
