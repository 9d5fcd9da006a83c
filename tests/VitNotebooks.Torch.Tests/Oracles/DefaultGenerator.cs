using Xunit;

namespace VitNotebooks.Torch.Tests.Oracles;

/// <summary>Tests that draw from the process's default generator and look at the bits: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DefaultGenerator
{
    /// <summary>For <c>[Collection(DefaultGenerator.Name)]</c>.</summary>
    public const string Name = "default generator";
}
