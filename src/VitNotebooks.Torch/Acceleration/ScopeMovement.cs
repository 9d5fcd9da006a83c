using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Dispose scopes across threads.</summary>
[BeyondTorchSharp]
public static class ScopeMovement
{
    /// <summary>
    /// Makes an open scope the innermost one of the calling thread: after an <c>await</c> that went on elsewhere, what is made from
    /// here on is in it again. The thread that had it makes nothing more in it. Returns the scope.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    /// <exception cref="InvalidOperationException">It is on this thread already, and not the innermost.</exception>
    public static DisposeScope MoveToThisThread(this DisposeScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        scope.MoveToThisThread();
        return scope;
    }
}
