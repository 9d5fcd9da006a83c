using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class NotebookFileTests
{
    private const string Strange = """
        {
         "cells": [
          {
           "cell_type": "code",
           "id": "abc",
           "future": {"x": [1, 2.50, 1e3]},
           "metadata": {"collapsed": true, "other-tool": {"k": null}},
           "execution_count": 3,
           "outputs": [{"output_type": "stream", "name": "stdout", "text": ["a\n", "b"], "odd": 1}],
           "source": ["var x = 1;\n", "// \u00e9 \ud83d\ude00 <tag>"]
          },
          {"cell_type": "raw", "id": "r", "metadata": {"format": "text/x"}, "source": "raw"}
         ],
         "metadata": {"kernelspec": {"name": "x", "display_name": "C#", "language": "C#"}, "title": "T"},
         "extra": [true],
         "nbformat": 4,
         "nbformat_minor": 5
        }
        """;

    [Fact]
    public void ToJson_FieldsItDoesNotKnow_AreKept() =>
        JsonNode
            .DeepEquals(JsonNode.Parse(NotebookFile.Parse(Strange, "x").ToJson()), JsonNode.Parse(Strange))
            .ShouldBeTrue();

    [Fact]
    public void Source_ListOfLines_IsOneText() =>
        NotebookFile.Parse(Strange, "x").Cells[0].Source.ShouldBe("var x = 1;\n// \u00e9 \ud83d\ude00 <tag>");

    [Fact]
    public void Parse_OlderMinor_GetsUniqueIdsAndBecomes45()
    {
        var notebook = NotebookFile.Parse(
            """{"cells":[{"cell_type":"markdown","metadata":{},"source":""},{"cell_type":"raw","id":"cell-1","metadata":{},"source":""}],"metadata":{},"nbformat":4,"nbformat_minor":2}""",
            "x"
        );

        notebook.Cells.Select(c => c.Id).ShouldBe(["cell-1-2", "cell-1"]);
        ((int)notebook.Root["nbformat_minor"]!).ShouldBe(5);
    }

    [Theory]
    [InlineData("{\"cells\": [", "not valid JSON (line 1, column")]
    [InlineData("[]", "no list \"cells\"")]
    [InlineData("{\"cells\": [], \"nbformat\": 3}", "is of nbformat 3; expected 4")]
    [InlineData("{\"cells\": [5], \"nbformat\": 4}", "cell 1 has no cell_type")]
    [InlineData(
        "{\"cells\": [], \"nbformat\": 4, \"metadata\": {\"kernelspec\": {\"language\": \"python\"}}}",
        "is a notebook for python"
    )]
    public void Parse_NoNotebook_SaysWhatIsWrong(string json, string expected) =>
        Should.Throw<UserErrorException>(() => NotebookFile.Parse(json, "x.ipynb")).Message.ShouldContain(expected);

    [Fact]
    public void Load_NoSuchFile_NamesThoseBesideIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("real.ipynb", Strange);

        Should
            .Throw<UserErrorException>(() => NotebookFile.Load(folder.File("reel.ipynb")))
            .Message.ShouldContain("in its folder there are: real.ipynb");
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("one\n")]
    [InlineData("one\n\ntwo")]
    public void Split_AnyText_JoinsToTheSame(string text) => NotebookCell.Join(NotebookCell.Split(text)).ShouldBe(text);
}
