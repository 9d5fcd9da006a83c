using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>
                /// A batch of sequences of different lengths without padding. It owns its four tensors; dispose scopes hold and
                /// free them together.
                /// </summary>
                public sealed class PackedSequence : IDisposable
                {
                    /// <summary>The first steps of all sequences, the longest first, then the second steps, and so on: [sum of lengths, ..].</summary>
                    public readonly Tensor data;

                    /// <summary>How many sequences reach each step: [L], on the CPU.</summary>
                    public readonly Tensor batch_sizes;

                    /// <summary>The given sequences in the order in which they are packed: [B]; null where that is the given order.</summary>
                    public readonly Tensor? sorted_indices;

                    /// <summary>The packed sequences in the order in which they were given: [B]; null where that is the packed order.</summary>
                    public readonly Tensor? unsorted_indices;

                    internal PackedSequence(
                        Tensor data,
                        Tensor batch_sizes,
                        Tensor? sorted_indices,
                        Tensor? unsorted_indices
                    )
                    {
                        this.data = data.DetachFromDisposeScope();
                        this.batch_sizes = batch_sizes.DetachFromDisposeScope();
                        this.sorted_indices = sorted_indices?.DetachFromDisposeScope();
                        this.unsorted_indices = unsorted_indices?.DetachFromDisposeScope();
                        DisposeScope.Current?.Attach(this);
                    }

                    /// <summary>The same sequences with other data; the rest shares this one's memory.</summary>
                    internal PackedSequence With(Tensor data) =>
                        new(
                            data,
                            Aten.detach(batch_sizes),
                            sorted_indices is null ? null : Aten.detach(sorted_indices),
                            unsorted_indices is null ? null : Aten.detach(unsorted_indices)
                        );

                    /// <summary>The scope of this thread that holds it.</summary>
                    private DisposeScope? Owner
                    {
                        get
                        {
                            var scope = DisposeScope.Current;
                            while (scope is not null && !scope.Contains(this))
                            {
                                scope = scope.Outer;
                            }
                            return scope;
                        }
                    }

                    /// <summary>Hands it to the scope around the one that holds it.</summary>
                    public PackedSequence MoveToOuterDisposeScope()
                    {
                        Owner?.MoveToOuter(this);
                        return this;
                    }

                    /// <summary>Hands it to another scope.</summary>
                    public PackedSequence MoveToOtherDisposeScope(DisposeScope other)
                    {
                        ArgumentNullException.ThrowIfNull(other);
                        Owner?.Detach(this);
                        other.Attach(this);
                        return this;
                    }

                    /// <summary>Hands it to the scope that holds another one; to none where that is nobody's.</summary>
                    public PackedSequence MoveToOtherDisposeScope(PackedSequence other)
                    {
                        ArgumentNullException.ThrowIfNull(other);
                        return other.Owner is { } scope ? MoveToOtherDisposeScope(scope) : DetachFromDisposeScope();
                    }

                    /// <summary>Takes it out of any scope's care: whoever holds it frees it.</summary>
                    public PackedSequence DetachFromDisposeScope()
                    {
                        Owner?.Detach(this);
                        return this;
                    }

                    /// <summary>Frees the four tensors.</summary>
                    public void Dispose()
                    {
                        Owner?.MarkAsDisposed(this);
                        data.Dispose();
                        batch_sizes.Dispose();
                        sorted_indices?.Dispose();
                        unsorted_indices?.Dispose();
                    }
                }
            }
        }
    }
}
