using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using VitNotebooks.GpuCheck;
using VitNotebooks.Oracles;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>A test of a GPU runs where eng/gpu-check.sh runs such tests, and a test on demand nowhere unasked.</summary>
public sealed partial class CudaCategoryTests
{
    private static readonly string[] s_categories = [CudaCategory.Name, "OnDemand", "Slow"];

    private static IEnumerable<MethodInfo> Tests =>
        typeof(CudaCategoryTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null);

    private static IEnumerable<string> Categories(MethodInfo test) =>
        TraitHelper
            .GetTraits(test)
            .Concat(TraitHelper.GetTraits(test.ReflectedType!))
            .Where(trait => trait.Key == "Category")
            .Select(trait => trait.Value);

    [Fact]
    public void Categories_OfAllTests_AreOfTheFewThatThereAre() =>
        Tests.SelectMany(Categories).Distinct().Except(s_categories).ShouldBeEmpty();

    [Fact]
    public void Category_OfTestsThatNeedAGpu_IsCudaAndOfNoOther()
    {
        var gpu = Tests
            .Where(test => test.GetCustomAttribute<FactAttribute>() is CudaFactAttribute or CudaTheoryAttribute)
            .ToList();
        gpu.Count.ShouldBeGreaterThan(5);
        Tests.Where(test => Categories(test).Contains(CudaCategory.Name)).ShouldBe(gpu, ignoreOrder: true);
    }

    [Theory]
    [InlineData("cuda", "Cuda", true)]
    [InlineData("cuda", "Slow", false)]
    [InlineData("cuda", null, false)]
    [InlineData("tests", "Cuda", false)]
    [InlineData("tests", "OnDemand", false)]
    [InlineData("tests", "Slow", true)]
    [InlineData("tests", null, true)]
    public void Part_OfGpuCheck_TakesTheCategory(string part, string? category, bool takes)
    {
        var script = File.ReadAllText(Path.Combine(PythonOracle.Folder, "..", "..", "eng", "gpu-check.sh"));
        var choice = PartOfTheScript().Matches(script).Single(match => match.Groups["part"].Value == part);
        TestChoice.Parse(choice.Groups["words"].Value.Split(' ')).Takes(new Case(category)).ShouldBe(takes);
    }

    [GeneratedRegex(@"^\s*(?<part>\w+)\) tests \S+ (?<words>.+?) ""\$\{only\[@\]\}""", RegexOptions.Multiline)]
    private static partial Regex PartOfTheScript();

    /// <summary>A test of a category; the rest of it is never asked for.</summary>
    private sealed class Case(string? category) : ITestCase
    {
        public string DisplayName => "case";

        public string? SkipReason => null;

        public ISourceInformation? SourceInformation { get; set; }

        public ITestMethod TestMethod => throw new NotSupportedException();

        public object[] TestMethodArguments => [];

        public Dictionary<string, List<string>> Traits { get; } =
            category is null ? [] : new(StringComparer.Ordinal) { ["Category"] = [category] };

        public string UniqueID => DisplayName;

        public void Deserialize(IXunitSerializationInfo info) => throw new NotSupportedException();

        public void Serialize(IXunitSerializationInfo info) => throw new NotSupportedException();
    }
}
