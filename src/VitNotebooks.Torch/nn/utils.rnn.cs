using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Batches of sequences of different lengths.</summary>
            public static partial class rnn
            {
                /// <summary>Packs a padded batch: the steps of all sequences that reach so far, one after the other.</summary>
                /// <param name="input">[L, B, ..], or [B, L, ..] with the batch first.</param>
                /// <param name="lengths">[B], whole numbers on the CPU.</param>
                /// <param name="batch_first">Whether the batch is the first dimension.</param>
                /// <param name="enforce_sorted">Whether the lengths fall already; else they are sorted here.</param>
                public static PackedSequence pack_padded_sequence(
                    Tensor input,
                    Tensor lengths,
                    bool batch_first = false,
                    bool enforce_sorted = true
                )
                {
                    ArgumentNullException.ThrowIfNull(input);
                    ArgumentNullException.ThrowIfNull(lengths);
                    using var scope = NewDisposeScope();
                    var counts = lengths.to(ScalarType.Int64);
                    CheckLengths(input, counts, batch_first);
                    if (enforce_sorted)
                    {
                        var (packed, sizes) = Aten._pack_padded_sequence(input, counts, batch_first);
                        return scope.MoveToOuter(new PackedSequence(packed, sizes, null, null));
                    }
                    var (sorted, order) = Aten.sort_stable(counts, stable: false, dim: -1, descending: true);
                    order = order.to(input.device);
                    var rows = Aten.index_select(input, batch_first ? 0 : 1, order);
                    var (data, batchSizes) = Aten._pack_padded_sequence(rows, sorted, batch_first);
                    return scope.MoveToOuter(new PackedSequence(data, batchSizes, order, Inverse(order)));
                }

                /// <summary>The padded batch of a packed one, in the order in which its sequences were given, and their lengths [B].</summary>
                /// <param name="sequence">The packed batch.</param>
                /// <param name="batch_first">Whether the batch is to be the first dimension.</param>
                /// <param name="padding_value">What stands behind the shorter ones.</param>
                /// <param name="total_length">The length to pad to; that of the longest by default.</param>
                public static (Tensor, Tensor) pad_packed_sequence(
                    PackedSequence sequence,
                    bool batch_first = false,
                    double padding_value = 0.0,
                    long? total_length = null
                )
                {
                    ArgumentNullException.ThrowIfNull(sequence);
                    var longest = sequence.batch_sizes.shape[0];
                    if (total_length < longest)
                    {
                        throw new ArgumentOutOfRangeException(
                            nameof(total_length),
                            total_length,
                            $"pad_packed_sequence: the longest sequence has {longest} steps, total_length must be at least that."
                        );
                    }
                    using var scope = NewDisposeScope();
                    var (padded, lengths) = Aten._pad_packed_sequence(
                        sequence.data,
                        sequence.batch_sizes,
                        batch_first,
                        padding_value,
                        total_length ?? longest
                    );
                    if (sequence.unsorted_indices is { } order)
                    {
                        padded = Aten.index_select(padded, batch_first ? 0 : 1, order);
                        lengths = Aten.index_select(lengths, 0, order.cpu());
                    }
                    return scope.MoveToOuter(padded, lengths);
                }

                /// <summary>Sequences [length, ..] as one batch [L, B, ..], or [B, L, ..], the shorter ones padded behind.</summary>
                public static Tensor pad_sequence(
                    IEnumerable<Tensor> sequences,
                    bool batch_first = false,
                    double padding_value = 0.0
                ) => Aten.pad_sequence(sequences.ToArray(), batch_first, padding_value);

                /// <summary>Packs sequences [length, ..].</summary>
                /// <param name="sequences">The sequences.</param>
                /// <param name="enforce_sorted">Whether the longest comes first already; else they are sorted here.</param>
                public static PackedSequence pack_sequence(IEnumerable<Tensor> sequences, bool enforce_sorted = true)
                {
                    ArgumentNullException.ThrowIfNull(sequences);
                    var all = sequences.ToArray();
                    using var scope = NewDisposeScope();
                    var lengths = tensor(all.Select(s => s.shape[0]).ToArray());
                    return scope.MoveToOuter(
                        pack_padded_sequence(pad_sequence(all), lengths, enforce_sorted: enforce_sorted)
                    );
                }

                // libtorch would make as many steps as the longest length says, whatever the input holds.
                private static void CheckLengths(Tensor input, Tensor lengths, bool batch_first)
                {
                    var shape = input.shape;
                    if (lengths.device_type != DeviceType.CPU || shape.Length < 2)
                    {
                        return;
                    }
                    var steps = shape[batch_first ? 1 : 0];
                    foreach (var length in lengths.contiguous().data<long>())
                    {
                        if (length < 1 || length > steps)
                        {
                            throw new ArgumentOutOfRangeException(
                                nameof(lengths),
                                length,
                                $"pack_padded_sequence: each length must be within 1 and the input's {steps} steps."
                            );
                        }
                    }
                }

                private static Tensor Inverse(Tensor order)
                {
                    using var places = arange(order.numel(), device: order.device);
                    var inverse = Aten.empty_memory_format(order.shape, dtype: order.dtype, device: order.device);
                    return Aten.scatter__src(inverse, 0, order, places);
                }
            }
        }
    }
}
