using Xunit;

namespace VitNotebooks.Torch.Tests.io_;

/// <summary>Tests that measure what the process takes: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemory
{
    /// <summary>For <c>[Collection(ProcessMemory.Name)]</c>.</summary>
    public const string Name = "process memory";
}
