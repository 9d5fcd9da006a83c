using System.IO.Compression;
using Shouldly;
using Xunit;

namespace VitNotebooks.Cli.Tests;

public sealed class NuGetPackagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _status = [];

    public NuGetPackagesTests()
    {
        Directory.CreateDirectory(_folder.File("local"));
        _folder.Write(
            "nuget.config",
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("global")}" /></config>
              <packageSources><clear /><add key="local" value="local" /></packageSources>
            </configuration>
            """
        );
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resolve_PackageInALocalFolder_IsFoundOnceAndThenRemembered()
    {
        Pack("Vn.Test.Lib", "1.2.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");

        var first = Source().Resolve([new PackageRequest("Vn.Test.Lib", null, 1)], default);
        var second = Source().Resolve([new PackageRequest("Vn.Test.Lib", null, 1)], default);

        first.Single().Version.ShouldBe("1.2.0");
        first.Single().Requested.ShouldBeTrue();
        File.Exists(first.Single().Assemblies.Single()).ShouldBeTrue();
        second.Single().Assemblies.ShouldBe(first.Single().Assemblies);
        _status.Count.ShouldBe(1); // the second time nobody was asked
    }

    [Fact]
    public void Resolve_NewerPackageAppears_IsTaken()
    {
        Pack("Vn.Test.Lib", "1.2.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");
        Source().Resolve([new PackageRequest("Vn.Test.Lib", null, 1)], default);
        Pack("Vn.Test.Lib", "1.3.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");

        Source().Resolve([new PackageRequest("Vn.Test.Lib", null, 1)], default).Single().Version.ShouldBe("1.3.0");
    }

    [Fact]
    public void Resolve_MissingPackage_NamesItTheSourcesAndTheRemedy()
    {
        var message = Should
            .Throw<DirectiveException>(() => Source().Resolve([new PackageRequest("Vn.Missing", "9.9.9", 3)], default))
            .Message;

        message.ShouldStartWith("line 3: package Vn.Missing 9.9.9 was not found (searched: " + _folder.File("local"));
        message.ShouldContain("Check the name and the version");
    }

    [Fact]
    public void Resolve_OurPackageOfAnotherVersion_SaysWhichVersionsDiffer() =>
        Should
            .Throw<DirectiveException>(() =>
                Source().Resolve([new PackageRequest("VitNotebooks", "99.0.0", 1)], default)
            )
            .Message.ShouldContain($"asks for VitNotebooks 99.0.0, and this vitnb is {NuGetPackages.HostVersion}");

    [Fact]
    public void Resolve_OurPackage_IsTheHostsOwnBuild()
    {
        var own = typeof(Interactive.Notebook).Assembly.Location;
        Pack("VitNotebooks.Interactive", NuGetPackages.HostVersion, own, "VitNotebooks.Interactive.dll");
        var path = _folder.Notebook(
            "#r \"nuget: VitNotebooks.Interactive\"\ntypeof(VitNotebooks.Interactive.Figure).Assembly.Location"
        );

        new NotebookRunner(new RunOptions(path), TextWriter.Null, packages: (_, _) => Source())
            .Run(default)
            .ShouldBe(ExitCode.Success);

        File.ReadAllText(path).ShouldContain(own);
    }

    [Fact]
    public void Resolve_OurPackageNotPacked_SaysHowToPackIt() =>
        Should
            .Throw<DirectiveException>(() => Source().Resolve([new PackageRequest("VitNotebooks", null, 1)], default))
            .Message.ShouldContain($"Pack version {NuGetPackages.HostVersion} first");

    [Fact]
    public void Resolve_OurPackageOfAnotherBuild_SaysWhichDifferAndHowToPackAnew()
    {
        // The right name and version around other contents: what a package is that was not packed anew.
        Pack(
            "VitNotebooks.Interactive",
            NuGetPackages.HostVersion,
            typeof(Shouldly.Should).Assembly.Location,
            "VitNotebooks.Interactive.dll"
        );

        var message = Should
            .Throw<DirectiveException>(() =>
                Source().Resolve([new PackageRequest("VitNotebooks.Interactive", null, 2)], default)
            )
            .Message;

        message.ShouldStartWith(
            $"line 2: VitNotebooks.Interactive in package VitNotebooks.Interactive {NuGetPackages.HostVersion} (build "
        );
        message.ShouldContain("are different builds; eng/pack.sh packs anew");
    }

    [Fact]
    public void Resolve_PackageFileReplacedUnderItsName_IsAskedAgain()
    {
        Pack("Vn.Test.Lib", "1.2.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");
        Source().Resolve([new PackageRequest("Vn.Test.Lib", "*", 1)], default);
        File.Delete(_folder.File("local/Vn.Test.Lib.1.2.0.nupkg"));
        Pack("Vn.Test.Lib", "1.2.0", typeof(FactAttribute).Assembly.Location, "Vn.Test.Lib.dll");

        Source().Resolve([new PackageRequest("Vn.Test.Lib", "*", 1)], default);

        _status.Count.ShouldBe(2);
    }

    [Fact]
    public void Resolve_OpenVersionFromASourceThatIsNoFolder_IsAskedAgainAfterADay()
    {
        Remote();
        Pack("Vn.Test.Lib", "1.2.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");
        Version("Vn.Test.Lib").ShouldBe("1.2.0");
        Pack("Vn.Test.Lib", "1.3.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");
        Version("Vn.Test.Lib").ShouldBe("1.2.0"); // the same day

        Age();

        Version("Vn.Test.Lib").ShouldBe("1.3.0");
    }

    [Fact]
    public void Resolve_OpenVersionAndTheSourceIsGone_GoesOnWithTheLastAnswerAndSaysSo()
    {
        Remote();
        Pack("Vn.Test.Lib", "1.2.0", typeof(Shouldly.Should).Assembly.Location, "Vn.Test.Lib.dll");
        Version("Vn.Test.Lib").ShouldBe("1.2.0");
        Age();
        Directory.Delete(_folder.File("local"), recursive: true);

        Version("Vn.Test.Lib").ShouldBe("1.2.0");

        _status[^1].ShouldEndWith("Going on with the last answer: Vn.Test.Lib 1.2.0.");
    }

    /// <summary>The same folder as a source with an address, which could change without its files being seen.</summary>
    private void Remote() =>
        _folder.Write(
            "nuget.config",
            File.ReadAllText(_folder.File("nuget.config"))
                .Replace("value=\"local\"", $"value=\"file://{_folder.File("local")}\"", StringComparison.Ordinal)
        );

    private void Age()
    {
        foreach (
            var file in Directory.EnumerateFiles(_folder.File("cache"), "resolved.json", SearchOption.AllDirectories)
        )
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        }
    }

    private string Version(string name) =>
        Source().Resolve([new PackageRequest(name, null, 1)], default).Single().Version;

    private NuGetPackages Source() => new(_folder.Path, _folder.File("cache"), _status.Add);

    private void Pack(string id, string version, string assembly, string name)
    {
        using var zip = ZipFile.Open(_folder.File($"local/{id}.{version}.nupkg"), ZipArchiveMode.Create);
        zip.CreateEntryFromFile(assembly, $"lib/net10.0/{name}");
        using var spec = new StreamWriter(zip.CreateEntry($"{id}.nuspec").Open());
        spec.Write(
            $"""<?xml version="1.0"?><package><metadata><id>{id}</id><version>{version}</version><authors>t</authors><description>t</description></metadata></package>"""
        );
    }
}
