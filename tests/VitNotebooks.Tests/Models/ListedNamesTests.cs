using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// State dicts of further members of the families, which are held to the authors' by the SHA-256 of their list (made by
/// tests/oracles/originals/listed.py); <see cref="OfficialNames"/> has the lists that are checked in whole.
/// </summary>
public sealed class ListedNamesTests
{
    private const string Paper = "_authors"; // the paper's code of WRN, under its own names

    public static TheoryData<string> Listed => [.. OriginalValues.Read("listed").Keys];

    [Theory]
    [MemberData(nameof(Listed))]
    public void CreateEmpty_AVariant_HasTheAuthorsNamesShapesAndParameters(string name)
    {
        using var scope = NewDisposeScope();
        var listed = OriginalValues.Read("listed")[name];
        using var model = CreateEmpty(name);
        model.parameters().Sum(p => p.numel()).ShouldBe(listed.GetProperty("parameters").GetInt64());
        var lines = OfficialNames.Of(model);
        if (name.EndsWith(Paper, StringComparison.Ordinal))
        {
            lines
                .Count(line => !line.Contains("num_batches_tracked"))
                .ShouldBe(listed.GetProperty("tensors").GetInt32());
            return;
        }
        if (OfficialNames.MapOf(name) is { } map)
        {
            var theirs = Lines(listed);
            IsTheList(theirs, listed);
            lines.ShouldBe(OfficialNames.Ours(theirs, map));
            return;
        }
        IsTheList(lines, listed);
    }

    [Fact]
    public void List_EveryModelThatAuthorsHave_IsHeldToAListOfTheirs()
    {
        var listed = OriginalValues.Read("listed").Keys.ToHashSet(StringComparer.Ordinal);
        VisionModels
            .List()
            .Where(name => !name.Contains("_mini", StringComparison.Ordinal)) // ours alone
            .Where(name => !OfficialNames.Has(name) && !listed.Contains(name))
            .ShouldBeEmpty();
    }

    private static VisionModel CreateEmpty(string name) =>
        name.EndsWith(BigVisionVit.Ending, StringComparison.Ordinal)
            ? BigVisionVit.Of(name).Config.BuildEmpty()
            : VisionModels.CreateEmpty(name.Replace(Paper, "", StringComparison.Ordinal));

    // The lines of all blocks stand there once, with # for the number of a block.
    private static string[] Lines(JsonElement listed) =>
        [
            .. listed
                .GetProperty("lines")
                .EnumerateArray()
                .Select(line => line.GetString()!)
                .SelectMany(line =>
                    line.Contains('#')
                        ? Enumerable
                            .Range(0, listed.GetProperty("blocks").GetInt32())
                            .Select(block => line.Replace("#", $"{block}", StringComparison.Ordinal))
                        : [line]
                )
                .Order(StringComparer.Ordinal),
        ];

    private static void IsTheList(string[] lines, JsonElement listed)
    {
        lines.Length.ShouldBe(listed.GetProperty("tensors").GetInt32());
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        Convert.ToHexStringLower(digest).ShouldBe(listed.GetProperty("sha256").GetString());
    }
}
