using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.TensorIndex;

namespace VitNotebooks.Torch.Tests;

/// <summary>Index expressions give Python's values, gradients and refusals: each case stands here once in C# and once in Python.</summary>
public sealed class IndexingOracleTests : IClassFixture<IndexingOracleTests.Reference>
{
    private static readonly long[] s_cube = [3, 4, 5];

    private sealed record Case(long[] Shape, string Python, Func<Tensor, Tensor>? Read, Action<Tensor>? Write = null);

    private static Tensor L(params long[] indices) => tensor(indices);

    private static Tensor Mask(params bool[] mask) => tensor(mask);

    private static readonly Case[] s_cases =
    [
        // numbers
        new(s_cube, "x[1]", x => x[1]),
        new(s_cube, "x[-1]", x => x[-1]),
        new(s_cube, "x[-1]", x => x[^1]),
        new(s_cube, "x[1, 2]", x => x[1, 2]),
        new(s_cube, "x[1, -2, 3]", x => x[1, -2, 3]),
        new(s_cube, "x[-3, -4, -5]", x => x[^3, ^4, ^5]),
        new([], "x[...]", x => x[Ellipsis]),
        new([], "x[None]", x => x[Null]),
        new([], "x[True]", x => x[Bool(true)]),
        // ranges
        new(s_cube, "x[:]", x => x[..]),
        new(s_cube, "x[1:]", x => x[1..]),
        new(s_cube, "x[:2]", x => x[..2]),
        new(s_cube, "x[1:2]", x => x[1..2]),
        new(s_cube, "x[:-1]", x => x[..^1]),
        new(s_cube, "x[-2:-1]", x => x[^2..^1]),
        new(s_cube, "x[2:1]", x => x[Slice(2, 1)]),
        new(s_cube, "x[0:100]", x => x[Slice(0, 100)]),
        new(s_cube, "x[-100:2]", x => x[Slice(-100, 2)]),
        new(s_cube, "x[::2]", x => x[Slice(step: 2)]),
        new(s_cube, "x[1::2]", x => x[Slice(1, null, 2)]),
        new(s_cube, "x[:, 1:3]", x => x[.., 1..3]),
        new(s_cube, "x[:, :, ::3]", x => x[.., .., Slice(step: 3)]),
        new(s_cube, "x[:, 0]", x => x[.., 0]),
        new(s_cube, "x[1:, 0, 2:4]", x => x[1.., 0, 2..4]),
        new(s_cube, "x[:, -1, -2:]", x => x[.., ^1, ^2..]),
        new(s_cube, "x[0:0]", x => x[Slice(0, 0)]),
        // ellipsis, new axes, truth values
        new(s_cube, "x[..., 0]", x => x[Ellipsis, 0]),
        new(s_cube, "x[0, ..., 1]", x => x[0, Ellipsis, 1]),
        new(s_cube, "x[..., 1:3, 0]", x => x[Ellipsis, 1..3, 0]),
        new(s_cube, "x[0, ...]", x => x[0, Ellipsis]),
        new(s_cube, "x[0, 1, 2, ...]", x => x[0, 1, 2, Ellipsis]),
        new(s_cube, "x[None]", x => x[Null]),
        new(s_cube, "x[:, None, :, None]", x => x[.., Null, .., Null]),
        new(s_cube, "x[..., None]", x => x[Ellipsis, Null]),
        new(s_cube, "x[None, 1, None]", x => x[Null, 1, Null]),
        new(s_cube, "x[True]", x => x[Bool(true)]),
        new(s_cube, "x[False]", x => x[Bool(false)]),
        new(s_cube, "x[1, True]", x => x[1, Bool(true)]),
        // tensors of indices
        new(s_cube, "x[torch.tensor([2, 0, 0])]", x => x[L(2, 0, 0)]),
        new(s_cube, "x[torch.tensor([-1, 1])]", x => x[L(-1, 1)]),
        new(s_cube, "x[torch.tensor(1)]", x => x[tensor(1L)]),
        new(s_cube, "x[:, torch.tensor([3, 1])]", x => x[.., Tensor(L(3, 1))]),
        new(s_cube, "x[torch.tensor([0, 2]), torch.tensor([1, 3])]", x => x[L(0, 2), L(1, 3)]),
        new(s_cube, "x[torch.tensor([[0], [2]]), torch.tensor([1, 3, 0])]", x => x[L(0, 2).view(2, 1), L(1, 3, 0)]),
        new(s_cube, "x[torch.tensor([0, 2]), :, torch.tensor([1, 4])]", x => x[Tensor(L(0, 2)), .., Tensor(L(1, 4))]),
        new(s_cube, "x[:, torch.tensor([0, 2]), torch.tensor([1, 4])]", x => x[.., Tensor(L(0, 2)), Tensor(L(1, 4))]),
        new(s_cube, "x[torch.tensor([0, 2]), 1:3]", x => x[Tensor(L(0, 2)), 1..3]),
        new(s_cube, "x[torch.tensor([0, 2]), 1]", x => x[Tensor(L(0, 2)), 1]),
        new(s_cube, "x[1, torch.tensor([0, 2])]", x => x[1, Tensor(L(0, 2))]),
        new(s_cube, "x[1, :, torch.tensor([0, 2])]", x => x[1, .., Tensor(L(0, 2))]),
        new(s_cube, "x[..., torch.tensor([0, 2])]", x => x[Ellipsis, Tensor(L(0, 2))]),
        new(s_cube, "x[None, torch.tensor([0, 2])]", x => x[Null, Tensor(L(0, 2))]),
        new(s_cube, "x[torch.zeros(0, dtype=torch.int64)]", x => x[zeros(0, dtype: int64)]),
        new(s_cube, "x[torch.tensor([1, 2], dtype=torch.uint8).long()]", x => x[tensor(new byte[] { 1, 2 }).to(int64)]),
        // masks
        new(s_cube, "x[x > 30]", x => x[x > 30]),
        new(s_cube, "x[x < 0]", x => x[x < 0]),
        new(s_cube, "x[torch.tensor([True, False, True])]", x => x[Mask(true, false, true)]),
        new(s_cube, "x[:, torch.tensor([True, False, True, True])]", x => x[.., Tensor(Mask(true, false, true, true))]),
        new(
            s_cube,
            "x[torch.tensor([True, False, True]), torch.tensor([0, 3])]",
            x => x[Mask(true, false, true), L(0, 3)]
        ),
        new(s_cube, "x[(x > 20)[:, :, 0]]", x => x[(x > 20)[.., .., 0]]),
        new(
            s_cube,
            "x[..., torch.tensor([True, False, False, True, True])]",
            x => x[Ellipsis, Tensor(Mask(true, false, false, true, true))]
        ),
        new(s_cube, "x[torch.tensor(True)]", x => x[tensor(true)]),
        new(s_cube, "x[1, torch.tensor(False)]", x => x[1, Tensor(tensor(false))]),
        new([], "x[x == 0]", x => x[x == 0]),
        // refusals
        new(s_cube, "x[3]", x => x[3]),
        new(s_cube, "x[-4]", x => x[-4]),
        new(s_cube, "x[0, 0, 0, 0]", x => x[0, 0, 0, 0]),
        new(s_cube, "x[torch.tensor([3])]", x => x[L(3)]),
        new(s_cube, "x[torch.tensor([0, 1]), torch.tensor([0, 1, 2])]", x => x[L(0, 1), L(0, 1, 2)]),
        new(s_cube, "x[torch.tensor([True, False])]", x => x[Mask(true, false)]),
        new(s_cube, "x[::-1]", x => x[Slice(step: -1)]),
        new([], "x[0]", x => x[0]),
        // writes
        new(s_cube, "x[1] = 5", null, x => x[1] = tensor(5.0)),
        new(s_cube, "x[1, 2, 3] = 5", null, x => x[1, 2, 3] = tensor(5.0)),
        new(s_cube, "x[..., 0] = 7", null, x => x[Ellipsis, 0] = tensor(7.0)),
        new(s_cube, "x[:, 1:3] = torch.ones(2, 5)", null, x => x[.., 1..3] = ones(2, 5)),
        new(s_cube, "x[::2] = torch.tensor([[[1.0]]])", null, x => x[Slice(step: 2)] = ones(1, 1, 1)),
        new(s_cube, "x[x > 30] = -1", null, x => x[x > 30] = tensor(-1.0)),
        new(
            s_cube,
            "x[torch.tensor([2, 0])] = torch.zeros(4, 5).double()",
            null,
            x => x[L(2, 0)] = zeros(4, 5, dtype: float64)
        ),
        new(
            s_cube,
            "x[torch.tensor([0, 2]), torch.tensor([1, 3])] = torch.arange(5.0).double()",
            null,
            x => x[L(0, 2), L(1, 3)] = arange(5.0, dtype: float64)
        ),
        new(s_cube, "x[:, torch.tensor([0, 2])] = 3", null, x => x[.., Tensor(L(0, 2))] = tensor(3.0, dtype: float64)),
        new(s_cube, "x[True] = 2", null, x => x[Bool(true)] = tensor(2.0)),
        new(s_cube, "x[None, 1] = 2", null, x => x[Null, 1] = tensor(2.0)),
        new(s_cube, "x[0] = torch.ones(3)", null, x => x[0] = ones(3)),
        new(s_cube, "x[5] = 1", null, x => x[5] = tensor(1.0)),
        new(s_cube, "x[0] = x[1]", null, x => x[0] = x[1]),
        new([], "x[...] = 4", null, x => x[Ellipsis] = tensor(4.0)),
        new([], "x[x == 0] = 4", null, x => x[x == 0] = tensor(4.0, dtype: float64)),
    ];

    /// <summary>Asks Python once about all cases.</summary>
    public sealed class Reference
    {
        public Reference()
        {
            var path = Path.GetTempFileName();
            try
            {
                File.WriteAllText(
                    path,
                    JsonSerializer.Serialize(
                        s_cases.Select(c => new
                        {
                            shape = c.Shape,
                            python = c.Python,
                            write = c.Write is not null,
                        })
                    )
                );
                using var document = PythonOracle.RunJson("indexing.py", TimeSpan.FromMinutes(1), path);
                Answers = [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
            }
            finally
            {
                File.Delete(path);
            }
        }

        internal JsonElement[] Answers { get; }
    }

    private readonly Reference _reference;

    public IndexingOracleTests(Reference reference) => _reference = reference;

    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < s_cases.Length; i++)
            {
                data.Add(i, $"{s_cases[i].Python} of [{string.Join(", ", s_cases[i].Shape)}]");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Index_IsPythons(int number, string text)
    {
        using var scope = NewDisposeScope();
        var (one, answer) = (s_cases[number], _reference.Answers[number]);
        var x = arange(0, one.Shape.Aggregate(1L, (a, b) => a * b), dtype: float64).view(one.Shape);
        if (answer.TryGetProperty("error", out var refusal))
        {
            var fault = Should.Throw<Exception>(() => Run(one, x), $"Python: {refusal}");
            (fault is TorchException or ArgumentException or IndexOutOfRangeException).ShouldBeTrue(
                $"{text}: {fault.GetType().Name}"
            );
            return;
        }
        if (one.Write is not null)
        {
            Run(one, x);
            Same(x, answer.GetProperty("value"), text);
            return;
        }
        var leaf = x.clone().requires_grad_();
        var value = one.Read!(leaf);
        Same(value, answer.GetProperty("value"), text);
        (value * (arange(1, value.numel() + 1) % 7 - 2).to(float64).view(value.shape)).sum().backward();
        Same(leaf.grad!, answer.GetProperty("gradient"), $"gradient of {text}");
    }

    private static void Run(Case one, Tensor x)
    {
        if (one.Write is null)
        {
            one.Read!(x).Dispose();
        }
        else
        {
            one.Write(x);
        }
    }

    private static void Same(Tensor actual, JsonElement expected, string what)
    {
        actual.shape.ShouldBe(expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray(), what);
        actual
            .detach()
            .contiguous()
            .data<double>()
            .ToArray()
            .ShouldBe(expected.GetProperty("values").EnumerateArray().Select(e => e.GetDouble()).ToArray(), what);
    }
}
