using System.Runtime.CompilerServices;
using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. Freed by its scope, by <see cref="Dispose()"/>, or in the end by the garbage collector.</summary>
    public partial class Tensor : IDisposable
    {
        private IntPtr _handle;
        private TensorGuard? _guard;

        // The thread that made it, until another one uses it: then OpThread.Shared.
        private int _owner;

        // The scope's list runs through its members: see DisposeScope.
        internal Tensor? ScopeNext,
            ScopePrevious;
        internal DisposeScope? Scope;

        /// <summary>Takes over a native tensor that the caller owns.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private protected Tensor(IntPtr owned)
            : this(owned, OpThread.Current) { }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Tensor(IntPtr owned, OpThread thread)
        {
            _handle = owned;
            _owner = thread.Id;
            TensorMemory.CountNew();
            if (thread.Scope is { } scope && scope.TryLinkNew(this, thread))
            {
                thread.Tensors.CreatedInScopeCount++;
            }
            else
            {
                EnterScopeOrGuard(thread);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void EnterScopeOrGuard(OpThread thread)
        {
            while (DisposeScope.Current is { } scope)
            {
                if (scope.TryLinkNew(this, thread))
                {
                    thread.Tensors.CreatedInScopeCount++;
                    return;
                }
            }
            thread.Tensors.CreatedOutsideScopeCount++;
            _guard = new TensorGuard(_handle);
        }

        /// <summary>A wrapper around a native tensor that the caller owns; it is in the thread's current scope.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Adopt(IntPtr owned) => new(owned);

        /// <summary>The same, by the thread that calls.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Adopt(IntPtr owned, OpThread thread) => new(owned, thread);

        /// <summary>One more owned reference to the same native tensor.</summary>
        internal unsafe IntPtr RetainHandle()
        {
            var handle = Borrow();
            Core.Retain(handle);
            OpThread.Current.LeaveCall();
            GC.KeepAlive(this);
            return handle;
        }

        /// <summary>The native tensor, for a call that follows: until <see cref="Dispatcher.Check"/> or
        /// <see cref="OpThread.LeaveCall"/> on this thread it is not freed, whatever other threads do.</summary>
        /// <exception cref="ObjectDisposedException">It is freed already.</exception>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal IntPtr Borrow()
        {
            var thread = OpThread.Current;
            thread.EnterCall();
            return Borrow(thread);
        }

        /// <summary>The same for this thread, which has entered the call.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal IntPtr Borrow(OpThread thread)
        {
            if (Volatile.Read(ref _owner) is var owner && owner != thread.Id && owner != OpThread.Shared)
            {
                Share();
            }
            var handle = Volatile.Read(ref _handle);
            if (handle == IntPtr.Zero)
            {
                ThrowDisposed();
            }
            return handle;
        }

        /// <summary>The native tensor. Nothing keeps it from being freed while the caller uses it.</summary>
        /// <exception cref="ObjectDisposedException">It is freed already.</exception>
        public IntPtr Handle
        {
            get
            {
                var handle = _handle;
                if (handle == IntPtr.Zero)
                {
                    ThrowDisposed();
                }
                return handle;
            }
        }

        /// <summary>More than its own thread uses it: who frees it must look at the others. A full fence.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Share() => Interlocked.Exchange(ref _owner, OpThread.Shared);

        internal bool IsOwnedBy(OpThread thread) => Volatile.Read(ref _owner) == thread.Id;

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void ThrowDisposed()
        {
            OpThread.Current.LeaveCall();
            throw new ObjectDisposedException(
                nameof(Tensor),
                "This tensor was disposed, by hand or with its DisposeScope; move what must outlive a scope out of it with MoveToOuterDisposeScope() or DetachFromDisposeScope()."
            );
        }

        /// <summary>True once it is freed.</summary>
        public bool IsInvalid => Volatile.Read(ref _handle) == IntPtr.Zero;

        /// <summary>Wraps a native tensor (<c>c10::TensorImpl*</c>) that the caller owns.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => Adopt(handle);

        /// <summary>Gives the native tensor away: the caller frees it.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle == IntPtr.Zero)
            {
                ThrowDisposed();
            }
            LeaveScopeOrGuard();
            TensorMemory.ForgetOne();
            GC.SuppressFinalize(this);
            return handle;
        }

        private void LeaveScopeOrGuard()
        {
            var statistics = OpThread.Current.Tensors;
            if (Scope is not null)
            {
                statistics.DisposedInScopeCount++;
                ScopeLists.Forget(this);
            }
            else
            {
                statistics.DisposedOutsideScopeCount++;
            }
            Interlocked.Exchange(ref _guard, null)?.Disarm();
        }

        /// <summary>Frees the native tensor; a second call does nothing. Any thread may do it: who still uses the tensor gets an
        /// <see cref="ObjectDisposedException"/>, or finishes the operation that had begun.</summary>
        public void Dispose()
        {
            Dispose(disposing: true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle == IntPtr.Zero)
            {
                return;
            }
            var mine = IsOwnedBy(OpThread.Current);
            LeaveScopeOrGuard();
            if (mine)
            {
                TensorMemory.Free(handle);
            }
            else
            {
                DeferredFrees.Free([handle]);
            }
        }

        /// <summary>Called by the scope that frees all its members at once.</summary>
        internal IntPtr ReleaseFromClosingScope(OpThread thread, out bool mine)
        {
            Scope = null;
            ScopeNext = ScopePrevious = null;
            var handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            mine = IsOwnedBy(thread);
            return handle;
        }

        internal void MoveTo(DisposeScope? scope)
        {
            if (scope == Scope || IsInvalid)
            {
                return;
            }
            scope?.ThrowIfClosed();
            ScopeLists.Move(this, scope);
        }

        /// <summary>A tensor that is nobody's gets a guard, one in a scope loses it.</summary>
        internal void GuardAfterMove(bool needed)
        {
            if (!needed)
            {
                Interlocked.Exchange(ref _guard, null)?.Disarm();
                return;
            }
            var thread = OpThread.Current;
            thread.EnterCall();
            var handle = Volatile.Read(ref _handle);
            if (handle != IntPtr.Zero)
            {
                Interlocked.Exchange(ref _guard, new TensorGuard(handle))?.Disarm();
            }
            thread.LeaveCall();
            // Freed meanwhile by another thread, which may have looked for a guard too early.
            if (IsInvalid)
            {
                Interlocked.Exchange(ref _guard, null)?.Disarm();
            }
        }

        /// <summary>Takes it out of any scope: it lives until it is disposed.</summary>
        public Tensor DetachFromDisposeScope()
        {
            MoveTo(null);
            return this;
        }

        /// <inheritdoc cref="DetachFromDisposeScope"/>
        [Obsolete("Misspelt in TorchSharp; use DetachFromDisposeScope.")]
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        /// <summary>Hands it to the scope around its own.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            if (Scope is { } scope)
            {
                scope.MoveToOuter(this);
            }
            return this;
        }

        /// <summary>Hands it to that scope.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            MoveTo(other);
            return this;
        }

        /// <summary>Hands it to the scope that another tensor is in.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            MoveTo(other.Scope);
            return this;
        }

        /// <summary>Tensors alive in this process.</summary>
        public static long TotalCount
        {
            get
            {
                DeferredFrees.DrainNow();
                return TensorMemory.Live;
            }
        }

        /// <summary>The most tensors that were alive at once.</summary>
        public static long PeakCount => TensorMemory.Peak;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj) || obj is Tensor other && Equals(other);

        /// <summary>True when both hold the same values in the same shape and dtype.</summary>
        public bool Equals(Tensor? target) =>
            target is not null
            && (
                Handle == target.Handle
                || (shape.SequenceEqual(target.shape) && dtype == target.dtype && Aten.equal(this, target))
            );

        /// <summary>By identity of the native tensor.</summary>
        public override int GetHashCode() => _handle.GetHashCode();
    }
}
