using Xunit.Abstractions;
using Xunit.Sdk;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>The category that <see cref="CudaFactAttribute"/> brings along, so that no test of a GPU can be in another: eng/gpu-check.sh chooses by it.</summary>
internal sealed class CudaCategory : ITraitDiscoverer
{
    public const string Name = "Cuda";

    /// <summary>For <c>[TraitDiscoverer]</c>, which takes names.</summary>
    public const string TypeName = "VitNotebooks.Torch.Tests.OnCuda.CudaCategory";

    public const string AssemblyName = "VitNotebooks.Torch.Tests";

    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new("Category", Name)];
}
