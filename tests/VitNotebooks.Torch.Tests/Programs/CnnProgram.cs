using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Programs;

/// <summary>A convolutional network with its own training loop, as a TorchSharp user writes it.</summary>
public static class CnnProgram
{
    private class Model : Module<Tensor, Tensor>
    {
        private Module<Tensor, Tensor> conv1 = Conv2d(1, 8, 3, padding: 1L);
        private Module<Tensor, Tensor> bn1 = BatchNorm2d(8);
        private Module<Tensor, Tensor> conv2 = Conv2d(8, 16, 3);
        private Module<Tensor, Tensor> pool1 = MaxPool2d(kernel_size: [2, 2]);
        private Module<Tensor, Tensor> relu1 = ReLU();
        private Module<Tensor, Tensor> relu2 = ReLU();
        private Module<Tensor, Tensor> dropout1 = Dropout(0.25);
        private Module<Tensor, Tensor> flatten = Flatten();
        private Module<Tensor, Tensor> fc1 = Linear(16 * 3 * 3, 4);
        private Module<Tensor, Tensor> logsm = LogSoftmax(1);

        public Model(string name, torch.Device? device = null)
            : base(name)
        {
            RegisterComponents();

            if (device is not null && device.type != DeviceType.CPU)
            {
                this.to(device);
            }
        }

        public override Tensor forward(Tensor input)
        {
            using var _ = NewDisposeScope();

            var x = relu1.call(bn1.call(conv1.call(input)));
            x = pool1.call(x);
            x = relu2.call(conv2.call(x));
            x = pool1.call(x);
            x = dropout1.call(flatten.call(x));
            x = fc1.call(x);

            return logsm.call(x).MoveToOuterDisposeScope();
        }
    }

    // Four kinds of bars on noise: horizontal, vertical, on the left or the top half.
    private static (Tensor, Tensor) Batch(int size)
    {
        var labels = randint(0, 4, size, dtype: ScalarType.Int64);
        var images = randn(size, 1, 16, 16) * 0.3;
        for (var i = 0; i < size; i++)
        {
            var kind = labels[i].ToInt64();
            if (kind == 0)
            {
                images[i, 0, 4..6] += 2;
            }
            else if (kind == 1)
            {
                images[i, 0, TensorIndex.Colon, 4..6] += 2;
            }
            else if (kind == 2)
            {
                images[i, 0, TensorIndex.Colon, 0..8] += 1;
            }
            else
            {
                images[i, 0, 0..8] += 1;
            }
        }
        return (images, labels);
    }

    /// <returns>The losses of the first and the last epoch, and the accuracy on new images.</returns>
    public static (double First, double Last, double Accuracy) Run()
    {
        torch.manual_seed(1);
        using var model = new Model("model");
        using var optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5);
        var loss = NLLLoss();
        var losses = new List<double>();

        for (var epoch = 1; epoch <= 5; epoch++)
        {
            model.train();
            var total = 0.0;
            for (var batch = 0; batch < 8; batch++)
            {
                using var d = NewDisposeScope();
                var (data, target) = Batch(32);
                optimizer.zero_grad();
                var prediction = model.call(data);
                var output = loss.call(prediction, target);
                output.backward();
                optimizer.step();
                total += output.item<float>();
            }
            losses.Add(total);
            scheduler.step();
        }

        model.eval();
        using (no_grad())
        using (NewDisposeScope())
        {
            var (data, target) = Batch(200);
            var correct = model.call(data).argmax(1).eq(target).sum().ToInt32();
            return (losses[0], losses[^1], correct / 200.0);
        }
    }
}
