using Shouldly;
using TorchSharp;
using TorchSharpApi;
using Xunit;

namespace VitNotebooks.Torch.Tests.Api;

/// <summary>Our public surface held against the list of TorchSharp 0.107's, torchsharp-0.107-api.txt.</summary>
public class TorchSharpApiTests
{
    private static readonly ApiList List = ApiList.BuiltIn();
    private static readonly Comparison Surface = new(List, typeof(torch).Assembly);

    [Fact]
    public void List_EveryLine_IsReadWhole()
    {
        List.Types.Count.ShouldBeGreaterThan(400);
        foreach (var line in List.Types.SelectMany(t => t.Members))
        {
            ApiMember.Parse(line).Name.ShouldNotBeEmpty(line);
        }
    }

    [Fact]
    public void PublicSurface_NotMarkedBeyondTorchSharp_IsTheLists() =>
        string.Join('\n', Surface.Mismatches())
            .ShouldBeEmpty(
                "name it as in the list, or mark it [BeyondTorchSharp]: dotnet run --project eng/TorchSharpApi -- mismatches"
            );
}
