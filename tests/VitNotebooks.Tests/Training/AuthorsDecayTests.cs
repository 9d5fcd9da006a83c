using System.Security.Cryptography;
using System.Text;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models;
using VitNotebooks.Tests.Models.Originals;
using VitNotebooks.Training;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Training;

/// <summary>
/// Decay groups name by name: what the optimizer code of every family's authors trains without weight decay, checked in (made by
/// tests/oracles/originals/undecayed.py, which calls that code).
/// </summary>
public sealed class AuthorsDecayTests
{
    public static TheoryData<string> Grouped => [.. OriginalValues.Read("undecayed").Keys];

    [Theory]
    [MemberData(nameof(Grouped))]
    public void Of_EveryFamily_LeavesUndecayedWhatItsAuthorsDo(string name)
    {
        using var scope = NewDisposeScope();
        var theirs = OriginalValues.Read("undecayed")[name];
        using var model = Build(name);
        string[] ours =
        [
            .. DecayGroups.Of(model, Grouping(name)).Undecayed.Select(p => p.Name).Order(StringComparer.Ordinal),
        ];
        if (theirs.TryGetProperty("names", out var names))
        {
            var map = OfficialNames.MapOf(name) ?? StateDictMap.Official;
            ours.ShouldBe(
                names
                    .EnumerateArray()
                    .Select(n => map.Translate(n.GetString()!)!)
                    .Distinct() // the biases of queries, keys and values are one in ours
                    .Order(StringComparer.Ordinal)
            );
            return;
        }
        ours.Length.ShouldBe(theirs.GetProperty("count").GetInt32());
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ours.Select(line => line + "\n"))));
        Convert.ToHexStringLower(digest).ShouldBe(theirs.GetProperty("sha256").GetString());
    }

    // The localization paper's own forms are sorted by its code, wide residual networks not at all, the others as their authors mean it.
    private static DecayGrouping Grouping(string name) =>
        name.Contains(".drloc", StringComparison.Ordinal) ? DecayGrouping.AsInDrlocCode
        : name.StartsWith("wrn", StringComparison.Ordinal) ? DecayGrouping.Everything
        : DecayGrouping.Intended;

    private static VisionModel Build(string name) =>
        name.EndsWith(BigVisionVit.Ending, StringComparison.Ordinal) ? BigVisionVit.Of(name).Config.BuildEmpty()
        : name == "swin_tiny_patch4_window4_128.ape"
            ? VisionModels.Swin().Tiny().ImageSize(128).WindowSize(4).AbsolutePositions().Config.BuildEmpty()
        : VisionModels.CreateEmpty(name);
}
