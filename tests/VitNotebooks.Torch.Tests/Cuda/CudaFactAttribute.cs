using Xunit;
using Xunit.Sdk;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>A test that needs a GPU; without one it is skipped with a sentence and counts as neither passed nor failed.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(CudaCategory.TypeName, CudaCategory.AssemblyName)]
internal sealed class CudaFactAttribute : FactAttribute, ITraitAttribute
{
    public CudaFactAttribute() => Skip = CudaDevices.Absence;
}

/// <summary>The same with rows of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(CudaCategory.TypeName, CudaCategory.AssemblyName)]
internal sealed class CudaTheoryAttribute : TheoryAttribute, ITraitAttribute
{
    public CudaTheoryAttribute() => Skip = CudaDevices.Absence;
}

/// <summary>What only a machine without a GPU can show; with one it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WithoutCudaTheoryAttribute : TheoryAttribute
{
    public WithoutCudaTheoryAttribute() =>
        Skip = CudaDevices.Absence is null
            ? "There is a CUDA device here, and the test is about there being none."
            : null;
}
