using Xunit;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// A test that runs the authors' own code: skipped unless <c>VITNB_ORIGINALS</c> names the folder of their checkouts, which
/// tests/oracles/originals/authors.py lists.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OriginalsFactAttribute : FactAttribute
{
    /// <summary>The folder, if it is named.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("VITNB_ORIGINALS");

    public OriginalsFactAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip =
                "VITNB_ORIGINALS names no folder with the authors' checkouts; tests/oracles/originals/authors.py lists them.";
        }
    }
}
