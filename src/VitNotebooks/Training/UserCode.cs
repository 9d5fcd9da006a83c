using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// What a model computes whose code is not this package's: a user's own part, or architecture. A configuration has only the name of such
/// code, so a run also keeps some numbers of what the model makes of two fixed images with its first weights, in eval and in train mode;
/// code that was changed since gives others.
/// </summary>
internal sealed class UserCode
{
    private const double Tolerance = 1e-3; // of the largest number: far above rounding, below what a change of the code does
    private const int Shown = 256; // numbers of the last map

    private readonly double[] _numbers;

    private UserCode(double[] numbers) => _numbers = numbers;

    /// <summary>Runs a model that has code of its user; null for one that has none.</summary>
    /// <param name="model">The model with the weights that its run begins with. Its buffers and the random numbers are as before afterwards.</param>
    public static UserCode? Of(VisionModel model)
    {
        if (!IsIn(model))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var training = model.training;
        var random = get_rng_state();
        var buffers = model.buffers().Select(buffer => (buffer, buffer.clone())).ToArray();
        try
        {
            using var generator = new Generator(2106_03746);
            var parameter = model.parameters().First();
            var (config, side) = (model.Config, (long)model.Config.ImageSize);
            var images = randn([2, config.Channels, side, side], generator: generator)
                .to(parameter.dtype)
                .to(parameter.device);
            List<double> numbers = [];
            foreach (var train in (bool[])[false, true])
            {
                model.train(train);
                manual_seed(0);
                using var features = model.forward_features(images);
                // The map as well: a classifier may start at zero.
                foreach (var tensor in (Tensor[])[features.Last.Map, model.forward_head(features)])
                {
                    var all = tensor.flatten().to(float64).cpu().data<double>().ToArray();
                    var step = Math.Max(1, all.Length / Shown);
                    numbers.AddRange(all.Where((_, i) => i % step == 0));
                }
            }
            return new UserCode([.. numbers]);
        }
        finally
        {
            foreach (var (buffer, before) in buffers)
            {
                buffer.copy_(before);
            }

            set_rng_state(random);
            model.train(training);
        }
    }

    /// <summary>Whether a run that began with the same weights computed the same.</summary>
    /// <param name="kept">What <see cref="ToJson"/> gave then; null for a run of a model without such code.</param>
    public bool IsThatOf(JsonNode? kept)
    {
        if (kept is not JsonArray there || there.Count != _numbers.Length)
        {
            return false;
        }

        var largest = _numbers.Max(Math.Abs);
        return there.Zip(_numbers).All(pair => Math.Abs((double)pair.First! - pair.Second) <= Tolerance * largest);
    }

    /// <summary>The numbers, with seven digits.</summary>
    public JsonArray ToJson() =>
        [
            .. _numbers.Select(number =>
                (JsonNode)
                    double.Parse(number.ToString("g7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            ),
        ];

    private static bool IsIn(VisionModel model) =>
        model.modules().Append(model).Any(module => ModelPart.Made(module) || ModelPart.IsOfTheUser(module));
}
