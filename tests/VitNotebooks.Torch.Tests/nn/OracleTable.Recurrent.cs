using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static Tensor Flat((Tensor, Tensor, Tensor) outputs) => Flat(outputs.Item1, outputs.Item2, outputs.Item3);

    private const string Packed = "rnn.pack_padded_sequence(x[0], torch.tensor([3, 5, 2]), enforce_sorted=False)";

    private static rnn.PackedSequence Pack(Tensor x) =>
        rnn.pack_padded_sequence(x, Whole(3, 5, 2), enforce_sorted: false);

    private static IEnumerable<OracleCase> Recurrent() =>
        [
            Module("nn.RNN(4, 3, 2)", () => nn.RNN(4, 3, 2), "flat(m(*x))", (m, x) => Flat(m.call(x[0])), [5, 2, 4]),
            Module(
                "nn.RNN(4, 3, nonlinearity='relu', bidirectional=True, batch_first=True)",
                () => nn.RNN(4, 3, nonLinearity: nn.NonLinearities.ReLU, bidirectional: true, batchFirst: true),
                "flat(m(*x))",
                (m, x) => Flat(m.call(x[0], x[1])),
                [2, 5, 4],
                [2, 2, 3]
            ),
            Module("nn.GRU(4, 3, 2)", () => nn.GRU(4, 3, 2), "flat(m(*x))", (m, x) => Flat(m.call(x[0])), [5, 2, 4]),
            Module(
                "nn.GRU(4, 3, 2, dropout=0.3, bidirectional=True)",
                () => nn.GRU(4, 3, 2, dropout: 0.3, bidirectional: true),
                "flat(m(*x))",
                (m, x) => Flat(m.call(x[0], x[1])),
                [5, 2, 4],
                [4, 2, 3]
            ),
            Module(
                "nn.LSTM(4, 3, 2, batch_first=True, bidirectional=True)",
                () => nn.LSTM(4, 3, 2, batchFirst: true, bidirectional: true),
                "flat(m(*x))",
                (m, x) => Flat(m.call(x[0])),
                [2, 5, 4]
            ),
            Module(
                "nn.LSTM(4, 3, bias=False)",
                () => nn.LSTM(4, 3, bias: false),
                "flat(m(x[0], (x[1], x[2])))",
                (m, x) => Flat(m.call(x[0], (x[1], x[2]))),
                [5, 2, 4],
                [1, 2, 3],
                [1, 2, 3]
            ),
            Module("nn.RNNCell(4, 3)", () => nn.RNNCell(4, 3), "m(*x)", (m, x) => m.call(x[0], null), [2, 4]),
            Module(
                "nn.RNNCell(4, 3, bias=False, nonlinearity='relu')",
                () => nn.RNNCell(4, 3, nn.NonLinearities.ReLU, false),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [2, 4],
                [2, 3]
            ),
            Module("nn.GRUCell(4, 3)", () => nn.GRUCell(4, 3), "m(*x)", (m, x) => m.call(x[0], x[1]), [2, 4], [2, 3]),
            Module("nn.GRUCell(4, 3)", () => nn.GRUCell(4, 3), "m(x[0][0])", (m, x) => m.call(x[0][0], null), [2, 4]),
            Module("nn.LSTMCell(4, 3)", () => nn.LSTMCell(4, 3), "flat(m(*x))", (m, x) => Flat(m.call(x[0])), [2, 4]),
            Module(
                "nn.LSTMCell(4, 3)",
                () => nn.LSTMCell(4, 3),
                "flat(m(x[0], (x[1], x[2])))",
                (m, x) => Flat(m.call(x[0], (x[1], x[2]))),
                [2, 4],
                [2, 3],
                [2, 3]
            ),
            Module(
                "nn.LSTMCell(4, 3, bias=False)",
                () => nn.LSTMCell(4, 3, false),
                "flat(m(x[0], (x[1], x[2])))",
                (m, x) => Flat(m.call(x[0], (x[1], x[2]))),
                [4],
                [3],
                [3]
            ),
            Module(
                "nn.RNN(4, 3, 2, nonlinearity='relu')",
                () => nn.RNN(4, 3, 2, nn.NonLinearities.ReLU),
                $"(lambda o, h: flat(rnn.pad_packed_sequence(o), h))(*m({Packed}))",
                PackedRnn,
                [5, 3, 4]
            ),
            Module(
                "nn.RNN(4, 3, bidirectional=True)",
                () => nn.RNN(4, 3, bidirectional: true),
                $"(lambda o, h: flat(rnn.pad_packed_sequence(o), h))(*m({Packed}))",
                PackedRnn,
                [5, 3, 4]
            ),
            Module(
                "nn.GRU(4, 3, bidirectional=True)",
                () => nn.GRU(4, 3, bidirectional: true),
                $"(lambda o, h: flat(o.data, h))(*m({Packed}, x[1]))",
                PackedGru,
                [5, 3, 4],
                [2, 3, 3]
            ),
            Module(
                "nn.LSTM(4, 3, 2)",
                () => nn.LSTM(4, 3, 2),
                $"(lambda o, s: flat(rnn.pad_packed_sequence(o, padding_value=0.5, total_length=7), s))(*m({Packed}))",
                PackedLstm,
                [5, 3, 4]
            ),
            Module(
                "nn.LSTM(4, 3)",
                () => nn.LSTM(4, 3),
                $"(lambda o, s: flat(o.data, s))(*m({Packed}, (x[1], x[2])))",
                PackedLstmOfState,
                [5, 3, 4],
                [1, 3, 3],
                [1, 3, 3]
            ),
            Function(
                "rnn.pad_sequence(x, padding_value=0.5)",
                x => rnn.pad_sequence(x, padding_value: 0.5),
                [3, 2],
                [5, 2],
                [1, 2]
            ),
            Function(
                "rnn.pad_sequence(x, batch_first=True)",
                x => rnn.pad_sequence(x, batch_first: true),
                [3, 2],
                [5, 2],
                [1, 2]
            ),
            Function("rnn.pack_sequence(x).data", x => rnn.pack_sequence(x).data, [3, 2], [2, 2], [1, 2]),
            Function(
                "flat(*rnn.pack_sequence(x, enforce_sorted=False))",
                x => Parts(rnn.pack_sequence(x, enforce_sorted: false)),
                [3, 2],
                [5, 2],
                [1, 2]
            ),
            Function(
                "flat(rnn.pad_packed_sequence(rnn.pack_padded_sequence(x[0], torch.tensor([5, 4, 2]), batch_first=True), batch_first=True))",
                RoundTrip,
                [3, 5, 2]
            ),
        ];

    private static Tensor Parts(rnn.PackedSequence p) =>
        Flat(p.data, p.batch_sizes, p.sorted_indices!, p.unsorted_indices!);

    private static Tensor RoundTrip(Tensor[] x) =>
        Flat(
            rnn.pad_packed_sequence(
                rnn.pack_padded_sequence(x[0], Whole(5, 4, 2), batch_first: true),
                batch_first: true
            )
        );

    private static Tensor PackedRnn(RNN m, Tensor[] x)
    {
        var (output, h) = m.call(Pack(x[0]));
        var (padded, lengths) = rnn.pad_packed_sequence(output);
        return Flat(padded, lengths, h);
    }

    private static Tensor PackedGru(GRU m, Tensor[] x)
    {
        var (output, h) = m.call(Pack(x[0]), x[1]);
        return Flat(output.data, h);
    }

    private static Tensor PackedLstm(LSTM m, Tensor[] x)
    {
        var (output, h, c) = m.call(Pack(x[0]));
        var (padded, lengths) = rnn.pad_packed_sequence(output, padding_value: 0.5, total_length: 7);
        return Flat(padded, lengths, h, c);
    }

    private static Tensor PackedLstmOfState(LSTM m, Tensor[] x)
    {
        var (output, h, c) = m.call(Pack(x[0]), (x[1], x[2]));
        return Flat(output.data, h, c);
    }
}
