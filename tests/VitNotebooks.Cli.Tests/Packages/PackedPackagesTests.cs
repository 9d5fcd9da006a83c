using System.Diagnostics;
using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>What a stranger gets who adds the packed package to a new console program: no source tree, no compiler, an
/// empty home.</summary>
public sealed class PackedPackagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Packed_InAConsoleProgramWithoutACompiler_BuildsAndAsksAModel()
    {
        TorchRuntime.WriteNativeModules(_folder.File("native"));
        foreach (var project in new[] { "VitNotebooks.Torch", "VitNotebooks" })
        {
            Run(
                _folder.Path,
                $"pack {Root}/src/{project} -c {Configuration} --no-build -v quiet -o {_folder.File("packages")} -p:NativeModules={_folder.File("native")}"
            );
        }

        Directory.CreateDirectory(_folder.File("app"));
        Directory.CreateDirectory(_folder.File("home"));
        _folder.Write(
            "app/nuget.config",
            """<configuration><packageSources><clear /><add key="packed" value="../packages" /></packageSources></configuration>"""
        );
        _folder.Write(
            "app/app.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="VitNotebooks" Version="{NuGetPackages.HostVersion}" /></ItemGroup>
            </Project>
            """
        );
        _folder.Write(
            "app/Program.cs",
            """
            using TorchSharp;
            using VitNotebooks.Acceleration;
            using VitNotebooks.Models;

            using var model = VisionModels.Swin().Mini().Classes(3).WithRelativeLocalization(l => l.Pairs(8)).Build();
            model.eval();
            using var logits = model.call(torch.zeros(2, 3, 32, 32));
            Console.WriteLine($"sum {torch.ones(3, 4).sum().item<float>()}, logits {string.Join('x', logits.shape)}");
            Console.WriteLine(TorchRuntime.Current.Core);
            """
        );

        var printed = Run(_folder.File("app"), "run -v quiet");

        printed.ShouldContain("sum 12, logits 2x3");
        printed.ShouldContain(_folder.File("app/bin")); // the module of the package, not one compiled here
        Directory.Exists(_folder.File("cache")).ShouldBeFalse();
    }

    private static string Configuration =>
        new DirectoryInfo(AppContext.BaseDirectory).Name is "release" ? "Release" : "Debug";

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VitNotebooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("VitNotebooks.sln is not above the tests.");
    }

    private string Run(string folder, string arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "NUGET_PACKAGES" })
        {
            start.Environment.Remove(name);
        }

        start.Environment["CXX"] = "/nonexistent";
        start.Environment["VITNB_CACHE"] = _folder.File("cache");
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        if (folder != _folder.Path)
        {
            start.Environment["HOME"] = _folder.File("home");
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"dotnet {arguments}\n{output}");
        return output;
    }
}
