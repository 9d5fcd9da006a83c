using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.nn_;

internal static partial class OracleTable
{
    private const string Labels = "torch.tensor([1, 0, 3, 2])";
    private const string Signs = "torch.tensor([1, -1, -1, 1])";
    private const string Several =
        "torch.tensor([[3, 0, -1, 1, 2], [2, -1, 0, 1, 4], [4, 1, 0, -1, 2], [0, 1, 2, 3, 4]])";
    private const string Weights = "torch.tensor([0.5, 1, 2, 0.2, 1.5], dtype=x[0].dtype)";
    private const string Ctc =
        "x[0].log_softmax(-1), torch.tensor([[1, 2, 2], [3, 1, 1]]), torch.tensor([6, 5]), torch.tensor([3, 2])";

    private static Tensor LabelsOf() => Whole(1, 0, 3, 2);

    private static Tensor SignsOf() => Whole(1, -1, -1, 1);

    private static Tensor SeveralOf() =>
        Whole(3, 0, -1, 1, 2, 2, -1, 0, 1, 4, 4, 1, 0, -1, 2, 0, 1, 2, 3, 4).reshape(4, 5);

    private static Tensor WeightsOf(Tensor[] x) => tensor(new[] { 0.5, 1, 2, 0.2, 1.5 }).to(x[0].dtype);

    private static Tensor CtcOf(CTCLoss loss, Tensor x) =>
        loss.call(F.log_softmax(x, -1), Whole(1, 2, 2, 3, 1, 1).reshape(2, 3), Whole(6, 5), Whole(3, 2));

    private static IEnumerable<OracleCase> Losses()
    {
        const nn.Reduction Sum = nn.Reduction.Sum;
        const nn.Reduction None = nn.Reduction.None;
        long[] four = [4, 5];
        return
        [
            Function($"F.cross_entropy(x[0], {Labels})", x => nn.CrossEntropyLoss().call(x[0], LabelsOf()), four),
            Function(
                $"F.cross_entropy(x[0], {Labels}, label_smoothing=0.1)",
                x => new CrossEntropyLoss(label_smoothing: 0.1).call(x[0], LabelsOf()),
                four
            ),
            Function(
                $"F.cross_entropy(x[0], {Labels}, {Weights}, ignore_index=3)",
                x => nn.CrossEntropyLoss(WeightsOf(x), 3).call(x[0], LabelsOf()),
                four
            ),
            Function(
                "F.cross_entropy(x[0], x[1].softmax(1), label_smoothing=0.2, reduction='sum')",
                x => F.cross_entropy(x[0], F.softmax(x[1], 1), label_smoothing: 0.2, reduction: Sum),
                four,
                four
            ),
            Function("F.mse_loss(*x)", x => nn.MSELoss().call(x[0], x[1]), four, four),
            Function("F.l1_loss(*x, reduction='none')", x => nn.L1Loss(None).call(x[0], x[1]), four, four),
            Function("F.smooth_l1_loss(*x, beta=0.5)", x => nn.SmoothL1Loss(beta: 0.5).call(x[0], x[1]), four, four),
            Function("F.huber_loss(*x, delta=0.5)", x => nn.HuberLoss(0.5).call(x[0], x[1]), four, four),
            Function(
                "F.binary_cross_entropy(x[0].sigmoid(), x[1].sigmoid())",
                x => nn.BCELoss().call(F.sigmoid(x[0]), F.sigmoid(x[1])),
                four,
                four
            ),
            Function(
                $"F.binary_cross_entropy(x[0].sigmoid(), x[1].sigmoid(), {Weights}, reduction='none')",
                x => nn.BCELoss(WeightsOf(x), None).call(F.sigmoid(x[0]), F.sigmoid(x[1])),
                four,
                four
            ),
            Function(
                "F.binary_cross_entropy_with_logits(x[0], x[1].sigmoid())",
                x => nn.BCEWithLogitsLoss().call(x[0], F.sigmoid(x[1])),
                four,
                four
            ),
            Function(
                $"F.binary_cross_entropy_with_logits(x[0], x[1].sigmoid(), pos_weight={Weights})",
                x => nn.BCEWithLogitsLoss(pos_weights: WeightsOf(x)).call(x[0], F.sigmoid(x[1])),
                four,
                four
            ),
            Function(
                $"F.nll_loss(x[0].log_softmax(1), {Labels})",
                x => nn.NLLLoss().call(F.log_softmax(x[0], 1), LabelsOf()),
                four
            ),
            Function(
                $"F.nll_loss(x[0].log_softmax(1), {Labels}, {Weights}, reduction='sum')",
                x => nn.NLLLoss(WeightsOf(x), Sum).call(F.log_softmax(x[0], 1), LabelsOf()),
                four
            ),
            Function(
                "F.kl_div(x[0].log_softmax(1), x[1].log_softmax(1), log_target=True)",
                x => nn.KLDivLoss().call(F.log_softmax(x[0], 1), F.log_softmax(x[1], 1)),
                four,
                four
            ),
            Function(
                "F.kl_div(x[0].log_softmax(1), x[1].softmax(1), reduction='sum')",
                x => nn.KLDivLoss(false, Sum).call(F.log_softmax(x[0], 1), F.softmax(x[1], 1)),
                four,
                four
            ),
            Function(
                "F.soft_margin_loss(x[0], x[1].detach().sign())",
                x => nn.SoftMarginLoss().call(x[0], x[1].detach().sign()),
                four,
                four
            ),
            Function(
                $"F.hinge_embedding_loss(x[0], {Signs}, margin=0.7)",
                x => nn.HingeEmbeddingLoss(0.7).call(x[0], SignsOf()),
                [4]
            ),
            Function(
                $"F.margin_ranking_loss(*x, {Signs}, margin=0.3)",
                x => nn.MarginRankingLoss(0.3).call(x[0], x[1], SignsOf()),
                [4],
                [4]
            ),
            Function(
                $"F.margin_ranking_loss(*x, {Signs}, reduction='none')",
                x => F.margin_ranking_loss(x[0], x[1], SignsOf(), reduction: None),
                [4],
                [4]
            ),
            Function(
                $"F.cosine_embedding_loss(*x, {Signs}, margin=0.1)",
                x => nn.CosineEmbeddingLoss(0.1).call(x[0], x[1], SignsOf()),
                four,
                four
            ),
            Function(
                $"F.multilabel_margin_loss(x[0], {Several})",
                x => nn.MultiLabelMarginLoss().call(x[0], SeveralOf()),
                four
            ),
            Function(
                $"F.multilabel_margin_loss(x[0], {Several}, reduction='none')",
                x => F.multi_label_margin_loss(x[0], SeveralOf(), None),
                four
            ),
            Function(
                "F.multilabel_soft_margin_loss(x[0], x[1].sigmoid())",
                x => nn.MultiLabelSoftMarginLoss().call(x[0], F.sigmoid(x[1])),
                four,
                four
            ),
            Function(
                $"F.multilabel_soft_margin_loss(x[0], x[1].sigmoid(), {Weights}, reduction='sum')",
                x => nn.MultiLabelSoftMarginLoss(WeightsOf(x), Sum).call(x[0], F.sigmoid(x[1])),
                four,
                four
            ),
            Function($"F.multi_margin_loss(x[0], {Labels})", x => nn.MultiMarginLoss().call(x[0], LabelsOf()), four),
            Function(
                $"F.multi_margin_loss(x[0], {Labels}, p=2, margin=0.5, weight={Weights}, reduction='none')",
                x => nn.MultiMarginLoss(2, 0.5, WeightsOf(x), None).call(x[0], LabelsOf()),
                four
            ),
            Function(
                "F.poisson_nll_loss(x[0], x[1].exp(), full=True)",
                x => nn.PoissonNLLLoss(full: true).call(x[0], x[1].exp()),
                four,
                four
            ),
            Function(
                "F.poisson_nll_loss(x[0].exp(), x[1].exp(), log_input=False, reduction='sum')",
                x => nn.PoissonNLLLoss(false, reduction: Sum).call(x[0].exp(), x[1].exp()),
                four,
                four
            ),
            Function(
                "F.gaussian_nll_loss(x[0], x[1], x[2].exp(), full=True)",
                x => F.gaussian_nll_loss(x[0], x[1], x[2].exp(), full: true),
                four,
                four,
                four
            ),
            Function(
                "F.gaussian_nll_loss(x[0], x[1], x[2].exp(), reduction='none')",
                x => F.gaussian_nll_loss(x[0], x[1], x[2].exp(), reduction: None),
                four,
                four,
                [4]
            ),
            Function(
                "nn.GaussianNLLLoss(eps=0.5)(x[0], x[1], x[2].exp())",
                x => nn.GaussianNLLLoss(eps: 0.5f).call(x[0], x[1], x[2].exp()),
                four,
                four,
                [4, 1]
            ),
            Function(
                "F.triplet_margin_loss(*x, swap=True)",
                x => nn.TripletMarginLoss(swap: true).call(x[0], x[1], x[2]),
                four,
                four,
                four
            ),
            Function(
                "F.triplet_margin_loss(*x, margin=0.4, p=1, reduction='none')",
                x => nn.TripletMarginLoss(0.4, 1, reduction: None).call(x[0], x[1], x[2]),
                four,
                four,
                four
            ),
            Function(
                "F.triplet_margin_with_distance_loss(*x)",
                x => nn.TripletMarginWithDistanceLoss().call(x[0], x[1], x[2]),
                four,
                four,
                four
            ),
            Function(
                "F.triplet_margin_with_distance_loss(*x, distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), swap=True, margin=0.3, reduction='sum')",
                x =>
                    nn.TripletMarginWithDistanceLoss((a, b) => 1 - F.cosine_similarity(a, b), 0.3, true, Sum)
                        .call(x[0], x[1], x[2]),
                four,
                four,
                four
            ),
            Function($"F.ctc_loss({Ctc})", x => CtcOf(nn.CTCLoss(), x[0]), [6, 2, 5]),
            Function(
                $"F.ctc_loss({Ctc}, blank=4, reduction='none', zero_infinity=True)",
                x => CtcOf(nn.CTCLoss(4, true, None), x[0]),
                [6, 2, 5]
            ),
            Function(
                "F.ctc_loss(x[0].log_softmax(-1), torch.tensor([1, 2, 2, 3, 1]), torch.tensor([6, 2]), torch.tensor([3, 2]), reduction='sum')",
                x =>
                    F.ctc_loss(F.log_softmax(x[0], -1), Whole(1, 2, 2, 3, 1), Whole(6, 2), Whole(3, 2), reduction: Sum),
                [6, 2, 5]
            ),
        ];
    }
}
