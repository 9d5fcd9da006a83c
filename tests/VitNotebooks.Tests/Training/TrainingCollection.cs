using Xunit;

namespace VitNotebooks.Tests.Training;

/// <summary>Runs draw from torch's one default generator, so these tests run alone and after the parallel ones.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TrainingCollection
{
    public const string Name = "Training";
}
