using Shouldly;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

public sealed class RunRandomnessTests
{
    [Fact]
    public void ForStepAndForMixing_OfNeighbours_NeverShareASeed()
    {
        // A generator of the data takes the low 32 bits: of 54,000 values a pair is equal with probability 0.3; six pairs never are.
        HashSet<uint> seen = [];
        for (var seed = -15; seed < 15; seed++)
        {
            for (var epoch = 0; epoch < 30; epoch++)
            {
                for (var step = 0; step < 30; step++)
                {
                    var ofStep = RunRandomness.ForStep(seed, epoch, step);
                    var ofMixing = RunRandomness.ForMixing(seed, epoch, step);
                    ofStep.ShouldBeGreaterThanOrEqualTo(0);
                    ofMixing.ShouldBeGreaterThanOrEqualTo(0);
                    seen.Add((uint)ofStep);
                    seen.Add((uint)ofMixing);
                }
            }
        }
        seen.Count.ShouldBeGreaterThan(54_000 - 6);
    }
}
