using Shouldly;
using TorchSharp;
using VitNotebooks.Oracles;
using VitNotebooks.Torch.Tests.Oracles;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.OnCuda;

/// <summary>The same values on a GPU as on the CPU; in fp64, where no matrix unit rounds to shorter numbers.</summary>
[Collection(Alone.Name)]
public sealed class CudaValuesTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> s_operations = new(StringComparer.Ordinal)
    {
        ["add"] = (a, b) => a + b,
        ["mul"] = (a, b) => a * b,
        ["matmul"] = (a, b) => a.matmul(b.transpose(-2, -1)),
        ["softmax"] = (a, b) => F.softmax(a, -1) * b,
        ["gelu"] = (a, b) => F.gelu(a) + b,
        ["layer_norm"] = (a, b) => F.layer_norm(a, [6]) * b,
        ["mean"] = (a, b) => (a * b).mean([1]),
        ["max"] = (a, b) => a.amax([-1]) + b.amin([-1]),
        ["cat"] = (a, b) => cat([a, b], 1),
        ["permute"] = (a, b) => a.permute(0, 2, 1).contiguous().reshape(-1) + b.permute(0, 2, 1).reshape(-1),
        ["where"] = (a, b) => where(a > b, a, b),
        ["index_select"] = (a, b) =>
            a.index_select(1, tensor(new long[] { 2, 0 }, device: a.device)) + b.narrow(1, 0, 2),
        ["cumsum"] = (a, b) => a.cumsum(1) * b,
        ["exp_log"] = (a, b) => a.abs().add(1).log() + b.exp(),
        ["conv2d"] = (a, b) => F.conv2d(a.unsqueeze(1), b.unsqueeze(1), padding: [1L, 1]),
        ["bmm"] = (a, b) => bmm(a, b.transpose(1, 2)),
        ["interpolate"] = (a, b) =>
            F.interpolate((a + b).unsqueeze(0), size: [9, 7], mode: InterpolationMode.Bilinear, align_corners: false),
    };

    public static TheoryData<string> Operations => [.. s_operations.Keys];

    [CudaTheory]
    [MemberData(nameof(Operations))]
    public void Operation_OnTheGpu_GivesTheCpusValuesAndGradients(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var operation = s_operations[name];
        Tensor[] host = [randn(4, 5, 6, dtype: float64), randn(4, 5, 6, dtype: float64)];
        var (expected, expectedGradients) = Run(operation, host);
        var (value, gradients) = Run(operation, [.. host.Select(t => t.cuda())]);

        value.device.type.ShouldBe(DeviceType.CUDA);
        Near(value, expected);
        for (var i = 0; i < gradients.Length; i++)
        {
            Near(gradients[i], expectedGradients[i]);
        }
    }

    private static (Tensor Value, Tensor[] Gradients) Run(Func<Tensor, Tensor, Tensor> operation, Tensor[] inputs)
    {
        Tensor[] leaves = [.. inputs.Select(t => t.detach().clone().requires_grad_())];
        var value = operation(leaves[0], leaves[1]);
        value.square().sum().backward();
        return (value.detach(), [.. leaves.Select(leaf => leaf.grad!)]);
    }

    private static void Near(Tensor device, Tensor host) =>
        (device.cpu() - host.cpu()).abs().max().ToDouble().ShouldBeLessThan(1e-9 * (1 + host.abs().max().ToDouble()));

    [CudaFact]
    public void AdamW_OnTheGpu_StepsAsOnTheCpu()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        using var host = Network();
        using var device = Network();
        device.load_state_dict(host.state_dict());
        device.to(CUDA);
        using var hostSteps = optim.AdamW(host.parameters(), lr: 1e-2, weight_decay: 0.05);
        using var deviceSteps = optim.AdamW(device.parameters(), lr: 1e-2, weight_decay: 0.05);
        var images = randn(8, 12, dtype: float64);
        var labels = randint(0, 4, new long[] { 8 }, dtype: int64);
        for (var step = 0; step < 5; step++)
        {
            foreach (
                var (model, optimizer, x, y) in new[]
                {
                    (host, hostSteps, images, labels),
                    (device, deviceSteps, images.cuda(), labels.cuda()),
                }
            )
            {
                optimizer.zero_grad();
                F.cross_entropy(model.call(x), y).backward();
                optimizer.step();
            }
        }
        foreach (var ((name, expected), (_, actual)) in host.named_parameters().Zip(device.named_parameters()))
        {
            (actual.cpu() - expected).abs().max().ToDouble().ShouldBeLessThan(1e-9, name);
        }

        static TorchSharp.Modules.Sequential Network() =>
            nn.Sequential(nn.Linear(12, 16, dtype: float64), nn.GELU(), nn.Linear(16, 4, dtype: float64));
    }

    [CudaFact]
    public void ManualSeed_TheSameTwice_GivesTheSameNumbersOnTheGpu()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var first = randn(100, device: CUDA);
        var second = randn(100, device: CUDA);
        manual_seed(7);
        randn(100, device: CUDA).Equals(first).ShouldBeTrue();
        first.Equals(second).ShouldBeFalse();
    }

    [CudaFact]
    public void Move_ThereAndBack_KeepsBitsTypesAndLayouts()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, float64, int64, uint8, @bool, bfloat16, float16 })
        {
            var host = arange(0, 24).reshape(2, 3, 4).to(type).transpose(0, 2);
            var device = host.cuda();
            device.device_type.ShouldBe(DeviceType.CUDA);
            device.dtype.ShouldBe(type);
            device.cpu().Equals(host).ShouldBeTrue(type.ToString());
        }
        var twice = ones(3, device: CUDA);
        ReferenceEquals(twice.to(CUDA), twice).ShouldBeTrue("a move to where it is makes no copy");
    }

    [CudaFact]
    public void Module_Moved_KeepsItsParametersAndTakesBuffersAlong()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm2d(3);
        var before = norm.weight;
        norm.to(CUDA);
        ReferenceEquals(norm.weight, before).ShouldBeTrue();
        norm.state_dict().Values.ShouldAllBe(t => t.device.type == DeviceType.CUDA);
        norm.call(randn(2, 3, 4, 4, device: CUDA)).shape.ShouldBe([2, 3, 4, 4]);
    }

    [CudaFact]
    public void Operation_TensorsOfTwoDevices_IsAnExceptionThatNamesBoth()
    {
        using var scope = NewDisposeScope();
        var fault = Should.Throw<Exception>(() => ones(3, device: CUDA).matmul(ones(3)));
        fault.Message.ShouldContain("cuda");
        fault.Message.ShouldContain("cpu");
        (ones(3, device: CUDA) + 1).sum().ToSingle().ShouldBe(6); // the device is as it was
    }

    [CudaFact]
    public void Scope_Closed_FreesTheGpusMemoryForTheNext()
    {
        using var scope = NewDisposeScope();
        // 200 x 1 GB one after the other: more than any card holds, were they kept.
        for (var i = 0; i < 200; i++)
        {
            using var inner = NewDisposeScope();
            zeros(256, 1024, 1024, device: CUDA)[0, 0, 0].ToSingle().ShouldBe(0);
        }
    }
}
