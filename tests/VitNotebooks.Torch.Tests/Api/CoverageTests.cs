using Shouldly;
using TorchSharp;
using TorchSharpApi;
using Xunit;

namespace VitNotebooks.Torch.Tests.Api;

/// <summary>How much of TorchSharp's surface is there, and that the README says so.</summary>
public class CoverageTests
{
    private static readonly ApiList List = ApiList.BuiltIn();
    private static readonly Coverage Surface = new(List, new Comparison(List, typeof(torch).Assembly));

    public static TheoryData<string> Promised => [.. Groups.Promised];

    [Theory]
    [MemberData(nameof(Promised))]
    public void Group_Promised_IsThereToNinetyPercent(string group)
    {
        var row = Surface.Rows().Single(r => r.Group == group);
        row.Percent.ShouldBeGreaterThanOrEqualTo(
            90,
            $"missing:\n{string.Join('\n', row.Missing.Select(m => $"{m.Type.Name}: {m.Member}"))}"
        );
    }

    [Fact]
    public void Readme_Table_IsTheCodes()
    {
        var text = File.ReadAllText(RepositoryFile.Path("src/VitNotebooks.Torch/README.md"));
        text.ShouldBe(ReadmeTable.Put(text, Surface.Table()), "dotnet run --project eng/TorchSharpApi -- readme");
    }

    [Fact]
    public void Groups_EveryType_HasOneOfTheTable()
    {
        foreach (var type in List.Types)
        {
            Groups.All.ShouldContain(Groups.Of(type, List), type.Name);
        }
    }

    [Fact]
    public void Missing_AMemberThatOnlyThrows_CountsAsMissing()
    {
        var list = ApiList.Parse(["TorchSharp.Fixtures | class WithAStub", "  int Real()", "  int Stub()", "  new()"]);
        new Comparison(list, typeof(CoverageTests).Assembly).Missing(list.Types.Single()).ShouldBe(["int Stub()"]);
    }
}
