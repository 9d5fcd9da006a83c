using System.Security.Cryptography;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.nn_;

/// <summary>Initial values are bit for bit Python's after the same seed, and leave the generator where Python leaves it.</summary>
[Collection(Alone.Name)]
public sealed class InitTests
{
    private static readonly Dictionary<string, Func<nn.Module>> s_modules = new()
    {
        ["Linear"] = () => nn.Linear(37, 19),
        ["Linear without bias"] = () => nn.Linear(7, 5, hasBias: false),
        ["Conv1d"] = () => nn.Conv1d(4, 6, 3),
        ["Conv2d"] = () => nn.Conv2d(6, 8, (3, 5), groups: 2),
        ["Conv3d"] = () => nn.Conv3d(2, 3, 3),
        ["ConvTranspose2d"] = () => nn.ConvTranspose2d(6, 4, 3, groups: 2),
        ["Embedding"] = () => nn.Embedding(11, 6, padding_idx: 2),
        ["LayerNorm"] = () => nn.LayerNorm(9),
        ["BatchNorm2d"] = () => nn.BatchNorm2d(5),
        ["MultiheadAttention"] = () => nn.MultiheadAttention(24, 4),
        ["MultiheadAttention of other widths"] = () =>
            nn.MultiheadAttention(24, 4, kdim: 10, vdim: 12, add_bias_kv: true),
        ["TransformerEncoderLayer"] = () => nn.TransformerEncoderLayer(16, 2, 32),
        ["TransformerEncoder"] = () =>
            nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, activation: nn.Activations.GELU), 3),
        ["LSTM"] = () => nn.LSTM(5, 6, 2, bidirectional: true),
        ["GRU"] = () => nn.GRU(5, 6, bias: false),
        ["Bilinear"] = () => nn.Bilinear(5, 6, 4),
        ["EmbeddingBag"] = () => nn.EmbeddingBag(11, 6, padding_index: 2),
        ["RNN"] = () => nn.RNN(5, 6, 2),
        ["RNNCell"] = () => nn.RNNCell(5, 6),
        ["GRUCell"] = () => nn.GRUCell(5, 6, bias: false),
        ["LSTMCell"] = () => nn.LSTMCell(5, 6),
        ["TransformerDecoder"] = () => nn.TransformerDecoder(nn.TransformerDecoderLayer(16, 2, 32), 2),
        ["Transformer"] = () => nn.Transformer(16, 2, 2, 1, 32),
        ["Sequential"] = () => nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 4)),
    };

    private static readonly Dictionary<string, (long[] Shape, Func<Tensor, Tensor> Fill)> s_tensors = new()
    {
        ["uniform_"] = ([50, 7], t => nn.init.uniform_(t, -2, 3)),
        ["normal_"] = ([50, 7], t => nn.init.normal_(t, 0.5, 0.02)),
        ["xavier_uniform_"] = ([12, 5, 3], t => nn.init.xavier_uniform_(t, 1.5)),
        ["xavier_normal_"] = ([12, 5, 3], t => nn.init.xavier_normal_(t, 1.5)),
        ["kaiming_uniform_"] = ([12, 5, 3], t => nn.init.kaiming_uniform_(t, 0.2)),
        ["kaiming_normal_"] = (
            [12, 5, 3],
            t => nn.init.kaiming_normal_(t, 0, nn.init.FanInOut.FanOut, nn.init.NonlinearityType.ReLU)
        ),
        ["trunc_normal_"] = ([64, 33], t => nn.init.trunc_normal_(t, std: 0.02)),
        ["trunc_normal_ tight"] = ([64, 33], t => nn.init.trunc_normal_(t, 0.3, 1.7, -0.5, 0.9)),
        ["orthogonal_ wide"] = ([5, 12], t => nn.init.orthogonal_(t, 1.2)),
        ["orthogonal_ tall"] = ([12, 2, 3], t => nn.init.orthogonal_(t)),
        ["eye_"] = ([4, 6], t => nn.init.eye_(t)),
        ["dirac_"] = ([6, 4, 3, 4], t => nn.init.dirac_(t)),
        ["dirac_ of 3 dimensions"] = ([2, 4, 5], t => nn.init.dirac_(t)),
        ["sparse_"] = ([7, 5], t => nn.init.sparse_(t, 0.3)),
        ["constant_"] = ([3], t => nn.init.constant_(t, 0.7)),
    };

    [Fact]
    public void Initialization_SameSeed_EqualsPythonsBitForBit()
    {
        using var oracle = PythonOracle.RunJson("nn_init.py", TimeSpan.FromSeconds(60));
        var wrong = new List<string>();
        foreach (var expected in oracle.RootElement.EnumerateObject())
        {
            using var scope = NewDisposeScope();
            manual_seed(1234);
            var actual = new Dictionary<string, string>(StringComparer.Ordinal);
            if (s_modules.TryGetValue(expected.Name, out var make))
            {
                using var module = make();
                foreach (var (name, tensor) in module.state_dict())
                {
                    actual[name] = Digest(tensor);
                }
            }
            else
            {
                var (shape, fill) = s_tensors[expected.Name];
                actual["tensor"] = Digest(fill(empty(shape)));
            }
            actual["next"] = Digest(randn(4));
            var names = expected.Value.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString()!);
            if (!names.Keys.SequenceEqual(actual.Keys))
            {
                wrong.Add(
                    $"{expected.Name}: {string.Join(", ", actual.Keys)}; Python has {string.Join(", ", names.Keys)}"
                );
                continue;
            }
            wrong.AddRange(names.Where(n => actual[n.Key] != n.Value).Select(n => $"{expected.Name}: {n.Key}"));
        }
        wrong.ShouldBeEmpty();
        oracle.RootElement.EnumerateObject().Count().ShouldBe(s_modules.Count + s_tensors.Count);
    }

    [Fact]
    public void TruncNormal_WithGenerator_LeavesTheDefaultOneAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var expected = randn(3);
        manual_seed(5);
        using var own = new Generator(99);
        var first = nn.init.trunc_normal_(empty(100), std: 0.02, generator: own);
        randn(3).Equals(expected).ShouldBeTrue();
        nn.init.trunc_normal_(empty(100), std: 0.02, generator: new Generator(99)).Equals(first).ShouldBeTrue();
    }

    [Fact]
    public void DiracAndSparse_OfWhatTheyAreNotFor_SayWhatIsNeeded()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentException>(() => nn.init.dirac_(empty(3, 3))).Message.ShouldContain("[3, 3]");
        Should.Throw<ArgumentException>(() => nn.init.sparse_(empty(3), 0.1)).Message.ShouldContain("[3]");
        Should.Throw<ArgumentOutOfRangeException>(() => nn.init.sparse_(empty(3, 3), 1.1));
    }

    [Fact]
    public void XavierUniform_OfVector_SaysWhatIsNeeded() =>
        Should.Throw<ArgumentException>(() => nn.init.xavier_uniform_(empty(3))).Message.ShouldContain("[3]");

    private static string Digest(Tensor tensor) =>
        Convert.ToHexStringLower(SHA256.HashData(tensor.detach().contiguous().bytes));
}
