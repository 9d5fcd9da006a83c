using System.CommandLine;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Cli;

/// <summary>
/// <c>vitnb forward NAME --weights FILE --input X.npy --output OUT.npz</c>: what a checkpoint computes, to be held against any other
/// framework.
/// </summary>
internal static class ForwardCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A registered model; vitnb models lists all." };
        var weights = new Option<string>("--weights")
        {
            Description = "Its state dict: a .safetensors file, or a .pth file of Python's torch.save.",
            Required = true,
        };
        var names = new Option<string>("--names")
        {
            Description = "Whose names the weights have: official, or torchvision.",
            DefaultValueFactory = _ => "official",
        };
        names.AcceptOnlyFromAmong("official", "torchvision");
        var input = new Option<string>("--input")
        {
            Description =
                "Normalized images, a .npy file [B, channels, H, W] of float32; float64 runs in double precision.",
            Required = true,
        };
        var output = new Option<string>("--output")
        {
            Description = "The .npz file to write: logits, and what is asked for below.",
            Required = true,
        };
        var features = new Option<bool>("--features")
        {
            Description = "Adds final, class_token, maps.NAME [B, C, H, W] and blocks.NAME [B, N, C].",
        };
        var attention = new Option<bool>("--attention")
        {
            Description = "Adds attention.NAME of every block, behind the softmax.",
        };
        var command = new Command("forward", "Runs weights on saved images in eval mode and writes what comes out.")
        {
            name,
            weights,
            names,
            input,
            output,
            features,
            attention,
        };
        command.SetAction(parsed =>
        {
            var request =
                (parsed.GetValue(features) ? FeatureRequest.Blocks : FeatureRequest.None)
                | (parsed.GetValue(attention) ? FeatureRequest.Attention : FeatureRequest.None);
            Run(
                VisionModels.ConfigOf(parsed.GetValue(name)!),
                parsed.GetValue(weights)!,
                parsed.GetValue(names)!,
                parsed.GetValue(input)!,
                parsed.GetValue(output)!,
                request
            );
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(
        ModelConfig config,
        string weights,
        string names,
        string input,
        string output,
        FeatureRequest request
    )
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var images = Images(input, config);
        using var model = Loaded(config with { ImageSize = (int)images.shape[2] }, weights, Map(names, config.Family));
        model.to(images.dtype);
        model.eval();
        using var features = model.forward_features(images, request);
        var written = Intermediates.Of(features, model.forward_head(features), request);
        Npz.Save(output, written);
        foreach (var (key, tensor) in written)
            Console.WriteLine($"{key}  [{string.Join(", ", tensor.shape)}]");
    }

    private static StateDictMap Map(string names, string family)
    {
        if (names == "official")
            return StateDictMap.Official;
        try
        {
            return StateDictMap.Torchvision(family);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    private static Tensor Images(string path, ModelConfig config)
    {
        if (!File.Exists(path))
            throw new UserErrorException(
                $"There is no file {path}; write the images with numpy.save(..., array) of shape [B, {config.Channels}, H, W]."
            );
        var images = Npy.Load(path);
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] < 1 || shape[1] != config.Channels || shape[2] != shape[3] || shape[2] < 1)
            throw new UserErrorException(
                $"{path} has shape [{string.Join(", ", shape)}]; {config.Name} takes [B, {config.Channels}, H, H], e.g. "
                    + $"[1, {config.Channels}, {config.ImageSize}, {config.ImageSize}]."
            );
        if (images.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new UserErrorException(
                $"{path} holds {images.dtype}; expected float32 or float64: images that are normalized, not pixel values."
            );
        return images;
    }

    // As many classes as the file's classifier has; the image decides the size.
    private static VisionModel Loaded(ModelConfig config, string path, StateDictMap map)
    {
        var weights = WeightsFile.Read(path);
        var model = config.Build();
        try
        {
            var classifier = weights
                .FirstOrDefault(w => map.Translate(w.Key) == $"{model.classifier_name}.weight")
                .Value;
            if (classifier is not null && classifier.dim() == 2 && classifier.shape[0] != config.Classes)
                model.reset_classifier((int)classifier.shape[0]);
            model.LoadWeights(weights, map);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
