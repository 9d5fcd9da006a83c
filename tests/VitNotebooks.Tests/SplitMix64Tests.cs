using Shouldly;
using Xunit;

namespace VitNotebooks.Tests;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Mix_AfterIncrements_IsThePublishedSequence()
    {
        // The first numbers of the reference implementation (Vigna, splitmix64.c) from the seed 1234567.
        ulong[] published =
        [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
            4593380528125082431,
            16408922859458223821,
        ];
        ulong state = 1234567;
        foreach (var number in published)
        {
            state = unchecked(state + SplitMix64.Increment);
            SplitMix64.Mix(state).ShouldBe(number);
        }
    }
}
