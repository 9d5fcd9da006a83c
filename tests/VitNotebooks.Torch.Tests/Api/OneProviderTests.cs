using System.Diagnostics;
using Shouldly;
using TorchSharpApi;
using Xunit;

namespace VitNotebooks.Torch.Tests.Api;

/// <summary>The targets that travel in both packages stop a project that takes both.</summary>
public sealed class OneProviderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vitnb-provider").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Build_BothPackages_IsAnErrorThatSaysSo()
    {
        var (code, output) = Build("VitNotebooks", "VitNotebooks.OnTorchSharp");
        code.ShouldNotBe(0);
        output.ShouldContain("error VITNB001");
        output.ShouldContain("remove one");
    }

    [Fact]
    public void Build_OnePackage_Passes() => Build("VitNotebooks.OnTorchSharp").Code.ShouldBe(0);

    /// <summary>Imports the targets under the names that they have inside the packages, as NuGet does.</summary>
    private (int Code, string Output) Build(params string[] packages)
    {
        foreach (var package in packages)
        {
            File.Copy(
                RepositoryFile.Path("src/VitNotebooks/buildTransitive/OneProvider.targets"),
                Path.Combine(_folder, $"{package}.targets")
            );
        }
        var project = Path.Combine(_folder, "user.proj");
        var imports = packages.Select(p => $"<Import Project=\"{p}.targets\" />");
        File.WriteAllText(project, $"<Project>{string.Concat(imports)}<Target Name=\"ResolveReferences\" /></Project>");
        var start = new ProcessStartInfo(
            "dotnet",
            ["msbuild", project, "-t:ResolveReferences", "-nologo", "-nodeReuse:false"]
        )
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
