using Xunit;

namespace VitNotebooks.Oracles;

/// <summary>
/// Tests of what the process has one of: torch's default generator, whose numbers anyone's draw moves on, the
/// count of its tensors, its threads, its environment. They run one after another, once the parallel ones are done;
/// <see cref="AloneTests"/> finds who forgot.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>For <c>[Collection(Alone.Name)]</c>.</summary>
    public const string Name = "alone";
}
