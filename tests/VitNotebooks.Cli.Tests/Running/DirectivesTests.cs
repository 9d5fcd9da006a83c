using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class DirectivesTests
{
    [Fact]
    public void Parse_References_AreTakenOutAndLinesStay()
    {
        var parsed = Directives.Parse(
            "#r \"nuget: VitNotebooks\"\n#r \"nuget:X.Y, 1.2.3\" // why\nvar x = 1;\n#r \"a/b.dll\""
        );

        parsed.Packages.ShouldBe([new PackageRequest("VitNotebooks", null, 1), new PackageRequest("X.Y", "1.2.3", 2)]);
        parsed.Assemblies.ShouldBe([new AssemblyRequest("a/b.dll", 4)]);
        parsed.Code.ShouldBe("\n\nvar x = 1;\n");
    }

    [Theory]
    [InlineData("#r nuget: X")]
    [InlineData("#r \"nuget: \"")]
    [InlineData("#r \"nuget: X\" Version=\"2\"")]
    [InlineData("#r \"nuget: ../../etc\"")]
    [InlineData("#!python")]
    public void Parse_NotUnderstood_IsRefusedWithItsLine(string line) =>
        Should.Throw<DirectiveException>(() => Directives.Parse("\n" + line)).Line.ShouldBe(2);
}
