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

        // The scope's list runs through its members: see DisposeScope.
        internal Tensor? ScopeNext,
            ScopePrevious;
        internal DisposeScope? Scope;

        /// <summary>Takes over a native tensor that the caller owns.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private protected Tensor(IntPtr owned)
        {
            _handle = owned;
            TensorMemory.CountNew();
            if (DisposeScope.Current is { } scope)
            {
                scope.Link(this);
            }
            else
            {
                _guard = new TensorGuard(owned);
            }
        }

        /// <summary>A wrapper around a native tensor that the caller owns; it is in the thread's current scope.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Adopt(IntPtr owned) => new(owned);

        /// <summary>One more owned reference to the same native tensor.</summary>
        internal unsafe IntPtr RetainHandle()
        {
            var handle = Handle;
            Core.Retain(handle);
            GC.KeepAlive(this);
            return handle;
        }

        /// <summary>The native tensor.</summary>
        /// <exception cref="ObjectDisposedException">It is freed already.</exception>
        public IntPtr Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

        private static void ThrowDisposed() =>
            throw new ObjectDisposedException(
                nameof(Tensor),
                "This tensor was disposed, by hand or with its DisposeScope; move what must outlive a scope out of it with MoveToOuterDisposeScope() or DetachFromDisposeScope()."
            );

        /// <summary>True once it is freed.</summary>
        public bool IsInvalid => _handle == IntPtr.Zero;

        /// <summary>Wraps a native tensor (<c>c10::TensorImpl*</c>) that the caller owns.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => Adopt(handle);

        /// <summary>Gives the native tensor away: the caller frees it.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var handle = Handle;
            LeaveOwner();
            _handle = IntPtr.Zero;
            TensorMemory.ForgetOne();
            GC.SuppressFinalize(this);
            return handle;
        }

        private void LeaveOwner()
        {
            Scope?.Unlink(this);
            _guard?.Disarm();
            _guard = null;
        }

        /// <summary>Frees the native tensor; a second call does nothing.</summary>
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
            LeaveOwner();
            TensorMemory.Free(handle);
        }

        /// <summary>Called by the scope that frees all its members at once.</summary>
        internal IntPtr ReleaseFromClosingScope()
        {
            Scope = null;
            ScopeNext = ScopePrevious = null;
            return Interlocked.Exchange(ref _handle, IntPtr.Zero);
        }

        internal void MoveTo(DisposeScope? scope)
        {
            if (scope == Scope || _handle == IntPtr.Zero)
            {
                return;
            }
            scope?.ThrowIfClosed();
            LeaveOwner();
            if (scope is null)
            {
                _guard = new TensorGuard(_handle);
            }
            else
            {
                scope.Link(this);
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
        public static long TotalCount => TensorMemory.Live;

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
