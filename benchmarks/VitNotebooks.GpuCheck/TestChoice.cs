using Xunit.Abstractions;

namespace VitNotebooks.GpuCheck;

/// <summary>Which tests run.</summary>
internal sealed class TestChoice
{
    private readonly ILookup<string, string> _words;

    private TestChoice(ILookup<string, string> words) => _words = words;

    /// <exception cref="ArgumentException">An unknown word; the message names it.</exception>
    public static TestChoice Parse(string[] words)
    {
        var pairs = words.Chunk(2).ToList();
        foreach (var pair in pairs)
        {
            if (pair.Length < 2 || pair[0] is not ("--only" or "--without" or "--category" or "--without-category"))
            {
                throw new ArgumentException(
                    $"test: '{string.Join(' ', pair)}' is not known; there are --only, --without, --category and --without-category, each with a value."
                );
            }
        }
        return new(pairs.ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
    }

    public bool Takes(ITestCase test)
    {
        var categories = test.Traits.TryGetValue("Category", out var named) ? named : [];
        return (!_words["--only"].Any() || _words["--only"].Any(Named))
            && !_words["--without"].Any(Named)
            && (!_words["--category"].Any() || _words["--category"].Any(categories.Contains))
            && !_words["--without-category"].Any(categories.Contains);

        bool Named(string text) => test.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
