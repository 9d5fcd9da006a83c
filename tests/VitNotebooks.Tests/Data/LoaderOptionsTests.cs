using System.Reflection;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class LoaderOptionsTests
{
    // Every option, and another value for it. One that is missing here has nobody who said whether it changes bytes.
    private static readonly Dictionary<string, Func<LoaderOptions, LoaderOptions>> s_changes = new()
    {
        [nameof(LoaderOptions.BatchSize)] = o => o with { BatchSize = 31 },
        [nameof(LoaderOptions.Sampler)] = o => o with { Sampler = new ClassBalancedSampler(7) },
        [nameof(LoaderOptions.Seed)] = o => o with { Seed = 1 },
        [nameof(LoaderOptions.DropLast)] = o => o with { DropLast = true },
        [nameof(LoaderOptions.Ranks)] = o => o with { Ranks = 2 },
        [nameof(LoaderOptions.Rank)] = o => o with { Rank = 1 },
        [nameof(LoaderOptions.OnBroken)] = o => o with { OnBroken = BrokenImagePolicy.Replace },
        [nameof(LoaderOptions.DecodesPart)] = o => o with { DecodesPart = true },
        [nameof(LoaderOptions.Workers)] = o => o with { Workers = o.Workers + 1 },
        [nameof(LoaderOptions.Prefetch)] = o => o with { Prefetch = 9 },
        [nameof(LoaderOptions.CudaDevice)] = o => o with { CudaDevice = 0 },
    };

    private static readonly string[] s_speedOnly =
    [
        nameof(LoaderOptions.Workers),
        nameof(LoaderOptions.Prefetch),
        nameof(LoaderOptions.CudaDevice),
    ];

    [Fact]
    public void Identity_ChangesWithEveryOptionThatChangesBytesAndWithNoOther()
    {
        string[] options =
        [
            .. typeof(LoaderOptions)
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanWrite)
                .Select(p => p.Name),
        ];
        options.Except(s_changes.Keys).ShouldBeEmpty("say here whether the option changes the bytes of a batch");
        var usual = new LoaderOptions();
        foreach (var option in options)
        {
            var other = s_changes[option](usual);
            other.ShouldNotBe(usual, option);
            (other.Identity == usual.Identity).ShouldBe(s_speedOnly.Contains(option), option);
        }
    }

    [Fact]
    public void Reading_ChangesWithWhatNoRecipeSeedOrProcessSays()
    {
        string[] elsewhere =
        [
            nameof(LoaderOptions.BatchSize),
            nameof(LoaderOptions.Seed),
            nameof(LoaderOptions.DropLast),
            nameof(LoaderOptions.Ranks),
            nameof(LoaderOptions.Rank),
            .. s_speedOnly,
        ];
        var usual = new LoaderOptions();
        foreach (var (option, change) in s_changes)
        {
            (change(usual).Reading == usual.Reading).ShouldBe(elsewhere.Contains(option), option);
        }
        usual.Identity.ShouldEndWith(usual.Reading);
    }

    [Fact]
    public void Check_APolicyThatIsNone_IsNamed() =>
        Should
            .Throw<ArgumentException>(() =>
                new Loader(TestImages.Dataset(2), Pipeline.Empty, new LoaderOptions { OnBroken = (BrokenImagePolicy)9 })
            )
            .Message.ShouldContain("OnBroken is 9, expected Throw, SkipAndCount or Replace");

    [Fact]
    public void Check_ADeviceThatIsNone_IsNamed()
    {
        Refusal(-2).ShouldContain("CudaDevice is -2, expected -1 (the current one)");
        if (!torch.cuda.is_available())
        {
            Refusal(0).ShouldContain("there is no CUDA device here; leave it null");
        }

        static string Refusal(int device) =>
            Should
                .Throw<ArgumentException>(() =>
                    new Loader(TestImages.Dataset(2), Pipeline.Empty, new LoaderOptions { CudaDevice = device })
                )
                .Message;
    }
}
