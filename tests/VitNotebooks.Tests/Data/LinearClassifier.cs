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
        int width = train.Features[0].Length;
        double[] mean = new double[width];
        double[] scale = new double[width];
        for (int j = 0; j < width; j++)
        {
            mean[j] = train.Features.Average(f => f[j]);
            scale[j] = 1 / Math.Sqrt(train.Features.Average(f => (f[j] - mean[j]) * (f[j] - mean[j])) + 1e-12);
        }
        double[][] x = Standardize(train.Features);
        double[,] weights = new double[classes, width + 1];
        double[,] speed = new double[classes, width + 1];
        for (int step = 0; step < 150; step++)
        {
            double[,] gradient = new double[classes, width + 1];
            for (int i = 0; i < x.Length; i++)
            {
                double[] p = Probabilities(weights, x[i]);
                p[train.Labels[i]] -= 1;
                for (int c = 0; c < classes; c++)
                {
                    for (int j = 0; j <= width; j++)
                    {
                        gradient[c, j] += p[c] * (j < width ? x[i][j] : 1) / x.Length;
                    }
                }
            }
            for (int c = 0; c < classes; c++)
            {
                for (int j = 0; j <= width; j++)
                {
                    speed[c, j] = (0.9 * speed[c, j]) - (0.3 * gradient[c, j]);
                    weights[c, j] += speed[c, j];
                }
            }
        }
        double[][] y = Standardize(test.Features);
        int right = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double[] p = Probabilities(weights, y[i]);
            right += Array.IndexOf(p, p.Max()) == test.Labels[i] ? 1 : 0;
        }
        return (double)right / y.Length;

        double[][] Standardize(double[][] features) =>
            [.. features.Select(f => f.Select((v, j) => (v - mean[j]) * scale[j]).ToArray())];
    }

    private static double[] Probabilities(double[,] weights, double[] x)
    {
        double[] p = new double[weights.GetLength(0)];
        for (int c = 0; c < p.Length; c++)
        {
            double sum = weights[c, x.Length];
            for (int j = 0; j < x.Length; j++)
            {
                sum += weights[c, j] * x[j];
            }
            p[c] = sum;
        }
        double most = p.Max();
        double total = 0;
        for (int c = 0; c < p.Length; c++)
        {
            total += p[c] = Math.Exp(p[c] - most);
        }
        for (int c = 0; c < p.Length; c++)
        {
            p[c] /= total;
        }
        return p;
    }
}
