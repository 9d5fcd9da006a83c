using Xunit;

namespace VitNotebooks.Oracles;

/// <summary>A test of bits that are checked in for some libtorch versions; on any other it is skipped with a sentence that says how to make them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CheckedInFactAttribute : FactAttribute
{
    public CheckedInFactAttribute() => Skip = CheckedInValues.Absence;
}
