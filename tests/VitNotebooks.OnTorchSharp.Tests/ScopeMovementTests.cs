using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.OnTorchSharp.Tests;

/// <summary>A scope stays with its thread.</summary>
public sealed class ScopeMovementTests
{
    [Fact]
    public void MoveToThisThread_IsTheSameScope()
    {
        using var scope = NewDisposeScope();
        ScopeMovement.MoveToThisThread(scope).ShouldBeSameAs(scope);
    }
}
