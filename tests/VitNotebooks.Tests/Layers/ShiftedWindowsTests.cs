using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TorchSharp;
using VitNotebooks.Layers;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Layers;

public sealed class ShiftedWindowsTests
{
    [Fact]
    public void Reverse_OfPartition_IsTheMapForAnySize() =>
        Prop.ForAll(
                Gen.Choose(1, 17 * 8 * 2).ToArbitrary(),
                t =>
                {
                    using var scope = NewDisposeScope();
                    var (side, window, shifted) = (t % 17 + 1, t / 17 % 8 + 1, t % 2 == 0);
                    var windows = new ShiftedWindows(side, side, window, shifted);
                    var map = arange(2 * side * side * 3, dtype: float32).view(2, side, side, 3);
                    return windows.Reverse(windows.Partition(map)).Equals(map);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Mask_FourCellsInWindowsOfTwo_SeparatesWhatTheRollJoined()
    {
        using var scope = NewDisposeScope();
        var mask = new ShiftedWindows(4, 4, 2, shifted: true).Mask()!;
        mask.shape.ShouldBe([4, 4, 4]);
        // The first window is whole; the last one holds four regions, so each cell sees itself alone.
        mask[0].abs().sum().ToSingle().ShouldBe(0);
        mask[3].Equals(-100 * (1 - eye(4))).ShouldBeTrue();
        // To the right of the middle, left and right columns come from different sides.
        mask[1]
            .Equals(
                tensor(new float[] { 0, -100, 0, -100, -100, 0, -100, 0, 0, -100, 0, -100, -100, 0, -100, 0 })
                    .view(4, 4)
            )
            .ShouldBeTrue();
    }

    [Fact]
    public void Construction_MapNoLargerThanTheWindow_IsOneUnshiftedWindow()
    {
        var windows = new ShiftedWindows(5, 5, 7, shifted: true);
        (windows.Side, windows.Shift, windows.Rows, windows.Columns).ShouldBe((5, 0, 1, 1));
        windows.Mask().ShouldBeNull();
    }
}
