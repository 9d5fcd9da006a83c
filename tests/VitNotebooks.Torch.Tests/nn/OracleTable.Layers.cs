using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private static IEnumerable<OracleCase> Layers() =>
        [
            Unary("nn.Identity()", () => nn.Identity(), [3, 5]),
            Unary("nn.Linear(6, 4)", () => nn.Linear(6, 4), [3, 6]),
            Unary("nn.Linear(6, 4, bias=False)", () => nn.Linear(6, 4, hasBias: false), [3, 2, 6]),
            Module(
                "nn.Bilinear(3, 4, 5)",
                () => nn.Bilinear(3, 4, 5),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [2, 3],
                [2, 4]
            ),
            Module(
                "nn.Bilinear(3, 4, 5, bias=False)",
                () => nn.Bilinear(3, 4, 5, false),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [2, 6, 3],
                [2, 6, 4]
            ),
            Module(
                "nn.Embedding(7, 3, padding_idx=2)",
                () => nn.Embedding(7, 3, padding_idx: 2),
                "m(torch.tensor([[1, 2], [2, 6]]))",
                (m, _) => m.call(Whole(1, 2, 2, 6).reshape(2, 2))
            ),
            Module(
                "nn.Embedding(7, 3, max_norm=0.5)",
                () => nn.Embedding(7, 3, max_norm: 0.5),
                "m(torch.tensor([1, 2, 2, 6]))",
                (m, _) => m.call(Whole(1, 2, 2, 6))
            ),
            Module(
                "nn.Embedding(7, 3, scale_grad_by_freq=True)",
                () => nn.Embedding(7, 3, scale_grad_by_freq: true),
                "m(torch.tensor([1, 2, 2, 6]))",
                (m, _) => m.call(Whole(1, 2, 2, 6))
            ),
            Module(
                "nn.Embedding(7, 3, sparse=True)",
                () => nn.Embedding(7, 3, sparse: true),
                "m(torch.tensor([1, 2, 2, 6]))",
                (m, _) => m.call(Whole(1, 2, 2, 6))
            ),
            Module(
                "nn.Embedding.from_pretrained(torch.arange(6.0).reshape(3, 2), freeze=False)",
                () => nn.Embedding_from_pretrained(arange(6f).reshape(3, 2), freeze: false),
                "m(torch.tensor([0, 2]))",
                (m, _) => m.call(Whole(0, 2))
            ),
            Module(
                "nn.EmbeddingBag.from_pretrained(torch.arange(6.0).reshape(3, 2), freeze=False, mode='max')",
                () =>
                    nn.EmbeddingBag_from_pretrained(
                        arange(6f).reshape(3, 2),
                        freeze: false,
                        mode: EmbeddingBagMode.Max
                    ),
                "m(torch.tensor([[0, 2], [1, 0]]))",
                (m, _) => m.call(Whole(0, 2, 1, 0).reshape(2, 2))
            ),
            Module(
                "nn.EmbeddingBag(7, 3)",
                () => nn.EmbeddingBag(7, 3),
                "m(torch.tensor([[1, 2], [2, 6]]))",
                (m, _) => m.call(Whole(1, 2, 2, 6).reshape(2, 2))
            ),
            Module(
                "nn.EmbeddingBag(7, 3, mode='max', padding_idx=1)",
                () => nn.EmbeddingBag(7, 3, mode: EmbeddingBagMode.Max, padding_index: 1),
                "m(torch.tensor([1, 2, 2, 6]), torch.tensor([0, 3]))",
                (m, _) => m.call(Whole(1, 2, 2, 6), Whole(0, 3))
            ),
            Module(
                "nn.EmbeddingBag(7, 3, mode='sum', include_last_offset=True)",
                () => nn.EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum, include_last_offset: true),
                "m(torch.tensor([1, 2, 2, 6]), torch.tensor([0, 3, 4]), x[0])",
                (m, x) => m.call(Whole(1, 2, 2, 6), Whole(0, 3, 4), x[0]),
                [4]
            ),
            Module(
                "nn.EmbeddingBag(7, 3, mode='sum', max_norm=0.7)",
                () => nn.EmbeddingBag(7, 3, 0.7, mode: EmbeddingBagMode.Sum),
                "m(torch.tensor([[1, 2], [2, 6]]), None, x[0])",
                (m, x) => m.call(Whole(1, 2, 2, 6).reshape(2, 2), null, x[0]),
                [2, 2]
            ),
            Unary("nn.LayerNorm((3, 4))", () => nn.LayerNorm([3, 4]), [2, 3, 4]),
            Unary(
                "nn.LayerNorm(4, elementwise_affine=False)",
                () => nn.LayerNorm([4], elementwise_affine: false),
                [2, 3, 4]
            ),
            Unary("nn.GroupNorm(2, 6)", () => nn.GroupNorm(2, 6), [2, 6, 5]),
            Unary("nn.BatchNorm1d(3)", () => nn.BatchNorm1d(3), [4, 3]),
            Unary("nn.BatchNorm1d(3, momentum=0.3)", () => nn.BatchNorm1d(3, momentum: 0.3), [4, 3, 5]),
            Unary("nn.BatchNorm2d(3)", () => nn.BatchNorm2d(3), [4, 3, 2, 2]),
            Unary(
                "nn.BatchNorm2d(3, affine=False, track_running_stats=False)",
                () => nn.BatchNorm2d(3, affine: false, track_running_stats: false),
                [4, 3, 2, 2]
            ),
            Unary("nn.BatchNorm3d(3)", () => nn.BatchNorm3d(3), [2, 3, 2, 2, 2]),
            Unary("nn.InstanceNorm1d(3)", () => nn.InstanceNorm1d(3), [2, 3, 4]),
            Unary("nn.InstanceNorm2d(3, affine=True)", () => nn.InstanceNorm2d(3, affine: true), [2, 3, 4, 4]),
            Unary(
                "nn.InstanceNorm2d(3, track_running_stats=True)",
                () => nn.InstanceNorm2d(3, track_running_stats: true),
                [2, 3, 4, 4]
            ),
            Unary("nn.InstanceNorm3d(3)", () => nn.InstanceNorm3d(3), [2, 3, 2, 3, 2]),
            Unary("nn.LocalResponseNorm(3)", () => nn.LocalResponseNorm(3), [2, 5, 4]),
            Unary(
                "nn.LocalResponseNorm(4, alpha=0.1, beta=0.5, k=2.0)",
                () => nn.LocalResponseNorm(4, 0.1, 0.5, 2),
                [2, 5, 3, 4]
            ),
            Unary("nn.Dropout(0.4)", () => nn.Dropout(0.4), [3, 5]),
            Unary("nn.Dropout1d(0.4)", () => nn.Dropout1d(0.4), [3, 5, 2]),
            Unary("nn.Dropout2d(0.4)", () => nn.Dropout2d(0.4), [3, 5, 2, 2]),
            Unary("nn.Dropout3d(0.4)", () => nn.Dropout3d(0.4), [3, 5, 2, 2, 2]),
            Unary("nn.AlphaDropout(0.4)", () => nn.AlphaDropout(0.4), [3, 5]),
            Unary("nn.FeatureAlphaDropout(0.4)", () => nn.FeatureAlphaDropout(0.4), [3, 5, 2]),
            Unary("nn.Flatten(1, 2)", () => nn.Flatten(1, 2), [2, 3, 6, 6]),
            Unary("nn.Unflatten(1, (2, 3))", () => nn.Unflatten(1, [2, 3]), [2, 6, 4]),
            Unary("nn.PixelShuffle(2)", () => nn.PixelShuffle(2), [2, 8, 3, 3]),
            Unary("nn.PixelUnshuffle(2)", () => nn.PixelUnshuffle(2), [2, 2, 4, 6]),
            Module(
                "nn.Identity()",
                () => nn.ChannelShuffle(3),
                "torch.channel_shuffle(x[0], 3)",
                (m, x) => m.call(x[0]),
                [2, 6, 2, 2]
            ),
            Unary("nn.Unfold((2, 3), padding=(1, 0))", () => nn.Unfold((2, 3), padding: (1, 0)), [2, 3, 6, 6]),
            Unary(
                "nn.Fold((4, 5), 2, padding=1, stride=2)",
                () => nn.Fold((4, 5), (2, 2), padding: (1, 1), stride: (2, 2)),
                [2, 12, 9]
            ),
            Unary(
                "nn.Upsample(scale_factor=(2, 1.5), mode='bilinear', align_corners=False)",
                () => nn.Upsample(scale_factor: [2, 1.5], mode: UpsampleMode.Bilinear, align_corners: false),
                [2, 3, 6, 6]
            ),
            Unary(
                "nn.Upsample(size=7, mode='linear', align_corners=True)",
                () => nn.Upsample([7], mode: UpsampleMode.Linear, align_corners: true),
                [2, 3, 4]
            ),
            Unary("nn.Upsample(size=(3, 5, 4))", () => nn.Upsample([3, 5, 4]), [1, 2, 4, 4, 4]),
            Unary(
                "nn.Upsample(scale_factor=(1.5, 2, 1), mode='trilinear')",
                () => nn.Upsample(scale_factor: [1.5, 2, 1], mode: UpsampleMode.Trilinear),
                [1, 2, 4, 4, 4]
            ),
            Unary("nn.ConstantPad1d((1, 2), 0.5)", () => nn.ConstantPad1d((1, 2), 0.5), [2, 3, 4]),
            Unary("nn.ConstantPad2d(1, 0.5)", () => nn.ConstantPad2d(1, 0.5), [2, 3, 4, 4]),
            Unary(
                "nn.ConstantPad3d((1, 0, 2, 0, 0, 1), 0.5)",
                () => nn.ConstantPad3d((1, 0, 2, 0, 0, 1), 0.5),
                [1, 2, 3, 3, 3]
            ),
            Unary("nn.ZeroPad2d((1, 2, 0, 1))", () => nn.ZeroPad2d((1, 2, 0, 1)), [2, 3, 4, 4]),
            Unary("nn.ReflectionPad1d((1, 2))", () => nn.ReflectionPad1d((1, 2)), [2, 3, 4]),
            Unary("nn.ReflectionPad2d(2)", () => nn.ReflectionPad2d(2), [2, 3, 4, 4]),
            Unary("nn.ReflectionPad3d(1)", () => nn.ReflectionPad3d(1), [1, 2, 3, 3, 3]),
            Unary("nn.ReplicationPad1d(2)", () => nn.ReplicationPad1d(2), [2, 3, 4]),
            Unary("nn.ReplicationPad2d((1, 2, 0, 1))", () => nn.ReplicationPad2d((1, 2, 0, 1)), [2, 3, 4, 4]),
            Unary("nn.ReplicationPad3d(1)", () => nn.ReplicationPad3d(1), [1, 2, 3, 3, 3]),
            Module(
                "nn.CosineSimilarity(dim=2)",
                () => nn.CosineSimilarity(2),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [2, 3, 4],
                [2, 3, 4]
            ),
            Module(
                "nn.PairwiseDistance(p=3, keepdim=True)",
                () => nn.PairwiseDistance(3, keepdim: true),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [3, 4],
                [3, 4]
            ),
            Unary(
                "nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)))",
                () => nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))),
                [5, 4]
            ),
            Module(
                "nn.MultiheadAttention(8, 2)",
                () => nn.MultiheadAttention(8, 2),
                "m(*x)[0]",
                (m, x) => m.call(x[0], x[1], x[2]).Item1,
                [5, 2, 8],
                [4, 2, 8],
                [4, 2, 8]
            ),
            Module(
                "nn.MultiheadAttention(8, 2)",
                () => nn.MultiheadAttention(8, 2),
                "m(x[0], x[0], x[0])[1]",
                (m, x) => m.call(x[0], x[0], x[0]).Item2!,
                [4, 2, 8]
            ),
            Module(
                "nn.MultiheadAttention(8, 2, kdim=6, vdim=4, bias=False)",
                () => nn.MultiheadAttention(8, 2, bias: false, kdim: 6, vdim: 4),
                "m(*x)[0]",
                (m, x) => m.call(x[0], x[1], x[2]).Item1,
                [5, 2, 8],
                [4, 2, 6],
                [4, 2, 4]
            ),
            Module(
                "nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True)",
                () => nn.MultiheadAttention(8, 2, add_bias_kv: true, add_zero_attn: true),
                "m(x[0], x[0], x[0], key_padding_mask=torch.tensor([[0, 0, 0, 1], [0, 0, 1, 1]]).bool(), attn_mask=torch.ones(4, 4).triu(1).bool())[0]",
                (m, x) =>
                    m.call(
                        x[0],
                        x[0],
                        x[0],
                        Whole(0, 0, 0, 1, 0, 0, 1, 1).@bool().reshape(2, 4),
                        attn_mask: ones(4, 4).triu(1).@bool()
                    ).Item1,
                [4, 2, 8]
            ),
            Module(
                "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation='gelu'), 2)",
                () => nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0, nn.Activations.GELU), 2),
                "m(x[0])",
                (m, x) => m.call(x[0]),
                [3, 2, 8]
            ),
            Module(
                "nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0)",
                () => nn.TransformerEncoderLayer(8, 2, 16, 0),
                "m(x[0], torch.ones(3, 3).triu(1).bool())",
                (m, x) => m.call(x[0], ones(3, 3).triu(1).@bool()),
                [3, 2, 8]
            ),
            Module(
                "nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0)",
                () => nn.TransformerDecoderLayer(8, 2, 16, 0),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [3, 2, 8],
                [4, 2, 8]
            ),
            Module(
                "nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, dropout=0.2), 2)",
                () => nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, 0.2), 2),
                "m(*x, torch.ones(3, 3).triu(1).bool())",
                (m, x) => m.call(x[0], x[1], ones(3, 3).triu(1).@bool()),
                [3, 2, 8],
                [4, 2, 8]
            ),
            Module(
                "nn.Transformer(8, 2, 2, 1, 16, dropout=0.0, activation='gelu')",
                () => nn.Transformer(8, 2, 2, 1, 16, 0, nn.Activations.GELU),
                "m(*x)",
                (m, x) => m.call(x[0], x[1]),
                [4, 2, 8],
                [3, 2, 8]
            ),
            Module(
                "nn.Transformer(8, 2, 1, 2, 16, dropout=0.1)",
                () => nn.Transformer(8, 2, 1, 2, 16),
                "m(*x, tgt_mask=torch.ones(3, 3).triu(1).bool(), src_key_padding_mask=torch.tensor([[0, 0, 0, 1], [0, 0, 1, 1]]).bool())",
                (m, x) =>
                    m.call(
                        x[0],
                        x[1],
                        null,
                        ones(3, 3).triu(1).@bool(),
                        src_key_padding_mask: Whole(0, 0, 0, 1, 0, 0, 1, 1).@bool().reshape(2, 4)
                    ),
                [4, 2, 8],
                [3, 2, 8]
            ),
        ];
}
