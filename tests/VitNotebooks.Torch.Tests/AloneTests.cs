using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace VitNotebooks.Oracles;

/// <summary>Holds this assembly's sources to <see cref="Alone"/>: what is shared by all tests is touched by none beside others.</summary>
public sealed partial class AloneTests
{
    [Fact]
    public void Sources_ThatTouchWhatTheProcessHasOneOf_RunAlone()
    {
        var assembly = Assembly.GetExecutingAssembly().GetName().Name!;
        var folder = Path.Combine(PythonOracle.Folder, "..", assembly);
        var sources = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);
        var shared = sources
            .Select(path => (path, text: File.ReadAllText(path)))
            .Where(f => IsTest().IsMatch(f.text) && TouchesTheProcess().IsMatch(f.text))
            .ToArray();

        shared.Length.ShouldBeGreaterThan(10, $"no tests in {folder} that seed: the search itself is broken");
        shared
            .Where(f => !RunsAlone().IsMatch(f.text))
            .Select(f => $"{Path.GetFileName(f.path)}: {TouchesTheProcess().Match(f.text).Value.Trim()}")
            .ShouldBeEmpty("these touch what other tests run on; put [Collection(Alone.Name)] on the class");
    }

    [GeneratedRegex(@"^\s*\[(Fact|Theory)", RegexOptions.Multiline)]
    private static partial Regex IsTest();

    /// <summary>A seed of the default generator (a generator of one's own is free), a count of all tensors, or a setting.</summary>
    [GeneratedRegex(
        @"(^|[^.\w""])(torch\.)?(random\.)?manual_seed\(|\bTensor\.TotalCount\b|\b(set_num_threads|set_default_dtype|SetEnvironmentVariable)\(",
        RegexOptions.Multiline
    )]
    private static partial Regex TouchesTheProcess();

    [GeneratedRegex(@"^\s*\[Collection\((Alone|ProfilerCollection)\.Name\)\]", RegexOptions.Multiline)]
    private static partial Regex RunsAlone();
}
