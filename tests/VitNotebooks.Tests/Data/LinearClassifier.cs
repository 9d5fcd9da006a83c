namespace VitNotebooks.Tests.Data;

/// <summary>Softmax regression by full-batch gradient descent with momentum on standardized features.</summary>
internal static class LinearClassifier
{
    public static double TestAccuracy(
        (double[][] Features, int[] Labels) train,
        (double[][] Features, int[] Labels) test,
        int classes
    )
    {
        var width = train.Features[0].Length;
        var mean = new double[width];
        var scale = new double[width];
        for (var j = 0; j < width; j++)
        {
            mean[j] = train.Features.Average(f => f[j]);
            scale[j] = 1 / Math.Sqrt(train.Features.Average(f => (f[j] - mean[j]) * (f[j] - mean[j])) + 1e-12);
        }
        var x = Standardize(train.Features);
        var weights = new double[classes, width + 1];
        var speed = new double[classes, width + 1];
        for (var step = 0; step < 150; step++)
        {
            var gradient = new double[classes, width + 1];
            for (var i = 0; i < x.Length; i++)
            {
                var p = Probabilities(weights, x[i]);
                p[train.Labels[i]] -= 1;
                for (var c = 0; c < classes; c++)
                {
                    for (var j = 0; j <= width; j++)
                    {
                        gradient[c, j] += p[c] * (j < width ? x[i][j] : 1) / x.Length;
                    }
                }
            }
            for (var c = 0; c < classes; c++)
            {
                for (var j = 0; j <= width; j++)
                {
                    speed[c, j] = (0.9 * speed[c, j]) - (0.3 * gradient[c, j]);
                    weights[c, j] += speed[c, j];
                }
            }
        }
        var y = Standardize(test.Features);
        var right = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var p = Probabilities(weights, y[i]);
            right += Array.IndexOf(p, p.Max()) == test.Labels[i] ? 1 : 0;
        }
        return (double)right / y.Length;

        double[][] Standardize(double[][] features) =>
            [.. features.Select(f => f.Select((v, j) => (v - mean[j]) * scale[j]).ToArray())];
    }

    private static double[] Probabilities(double[,] weights, double[] x)
    {
        var p = new double[weights.GetLength(0)];
        for (var c = 0; c < p.Length; c++)
        {
            var sum = weights[c, x.Length];
            for (var j = 0; j < x.Length; j++)
            {
                sum += weights[c, j] * x[j];
            }
            p[c] = sum;
        }
        var most = p.Max();
        double total = 0;
        for (var c = 0; c < p.Length; c++)
        {
            total += p[c] = Math.Exp(p[c] - most);
        }
        for (var c = 0; c < p.Length; c++)
        {
            p[c] /= total;
        }
        return p;
    }
}
