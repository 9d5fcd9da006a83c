using Shouldly;
using VitNotebooks.Files;
using Xunit;

namespace VitNotebooks.Torch.Tests.io_;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-durable-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WriteText_OverAnOldFile_ReplacesItWithoutByteOrderMarkOrLeftOvers()
    {
        var path = Path.Combine(_folder, "a.txt");
        DurableFile.WriteText(path, "old and longer");
        DurableFile.WriteText(path, "n\u00e9w");
        File.ReadAllBytes(path).ShouldBe([(byte)'n', 0xC3, 0xA9, (byte)'w']);
        Directory.GetFiles(_folder).ShouldBe([path]);
    }

    [Fact]
    public void RemoveLeftOvers_AfterAKill_RemovesOnlyThose()
    {
        var path = Path.Combine(_folder, "a.txt");
        var other = Path.Combine(_folder, ".mine.partial");
        File.WriteAllText(other, "mine");
        var leftOver = "";
        DurableFile.Write(
            path,
            stream =>
            {
                leftOver = ((FileStream)stream).Name;
                stream.WriteByte(1);
            }
        );
        File.Exists(leftOver).ShouldBeFalse();
        File.WriteAllText(leftOver, "half");
        DurableFile.RemoveLeftOvers(_folder);
        Directory.GetFiles(_folder).Order().ShouldBe(new[] { other, path }.Order());
    }

    [Fact]
    public void Write_FolderInItsPlace_ThrowsAndLeavesNothing()
    {
        var path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(path);
        var e = Should.Throw<Exception>(() => DurableFile.WriteText(path, "x"));
        DurableFile.IsWriteFailure(e).ShouldBeTrue();
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }
}
