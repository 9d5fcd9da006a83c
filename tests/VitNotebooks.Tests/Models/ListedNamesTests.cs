using System.Security.Cryptography;
using System.Text;
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
        using var model = VisionModels.CreateEmpty(name.Replace(Paper, "", StringComparison.Ordinal));
        model.parameters().Sum(p => p.numel()).ShouldBe(listed.GetProperty("parameters").GetInt64());
        var lines = OfficialNames.Of(model);
        if (name.EndsWith(Paper, StringComparison.Ordinal))
        {
            lines
                .Count(line => !line.Contains("num_batches_tracked"))
                .ShouldBe(listed.GetProperty("tensors").GetInt32());
            return;
        }
        lines.Length.ShouldBe(listed.GetProperty("tensors").GetInt32());
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        Convert.ToHexStringLower(digest).ShouldBe(listed.GetProperty("sha256").GetString());
    }
}
