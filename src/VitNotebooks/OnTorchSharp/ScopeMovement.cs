using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Dispose scopes across threads, which TorchSharp does not have: a scope stays with the thread that opened it.</summary>
public static class ScopeMovement
{
    private static readonly Notice s_notice = new(
        "VitNotebooks: TorchSharp leaves a dispose scope with the thread that opened it; what another thread makes is freed by the "
            + $"garbage collector, unless scope.Attach(tensor) puts it in. To move a scope, {Notice.Remedy}."
    );

    /// <summary>The scope, where it was: what this thread makes goes into its own scopes or is freed by the garbage collector. That is
    /// said once on standard error.</summary>
    public static DisposeScope MoveToThisThread(this DisposeScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        s_notice.Say();
        return scope;
    }
}
