using System.CommandLine;
using TorchSharp;
using VitNotebooks.Data;
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
            Description =
                "Its state dict: a .safetensors file, a .pth file of Python's torch.save or an .npz file of numpy; or the tag of published "
                + "weights, e.g. tv_in1k, which are fetched once: vitnb models --weights lists them.",
            Required = true,
        };
        var names = new Option<string>("--names")
        {
            Description =
                "Whose names the weights have: official; torchvision for Swin, ViT and ResNet; deit3, pycls or big_vision for ViT; szagoruyko "
                + "for WRN. Published weights know it.",
            DefaultValueFactory = _ => "official",
        };
        var entry = new Option<string?>("--entry")
        {
            Description =
                "The entry of a .pth file that holds the weights, e.g. state_dict_ema; by default it is looked for, running averages last.",
        };
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
            Description =
                "Adds final, class_token, maps.NAME [B, C, H, W] and blocks.NAME [B, N, C]; blocks.NAME.grid has "
                + "prefix, rows, columns, suffix and stride.",
        };
        var attention = new Option<bool>("--attention")
        {
            Description =
                "Adds attention.NAME of every block, behind the softmax; attention.NAME.grid has the grids of queries and keys.",
        };
        var command = new Command("forward", "Runs weights on saved images in eval mode and writes what comes out.")
        {
            name,
            weights,
            names,
            entry,
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
            var config = VisionModels.ConfigOf(parsed.GetValue(name)!);
            Run(
                config,
                Source(config, parsed.GetValue(weights)!, parsed.GetValue(names)!, parsed.GetValue(entry)),
                parsed.GetValue(input)!,
                parsed.GetValue(output)!,
                request
            );
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(ModelConfig config, Weights weights, string input, string output, FeatureRequest request)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var images = Images(input, config);
        using var model = Loaded(config with { ImageSize = (int)images.shape[2] }, weights);
        foreach (var line in model.LoadedWeights!.Lines)
            Console.WriteLine(line);
        model.to(images.dtype);
        model.eval();
        using var features = model.forward_features(images, request);
        var written = Intermediates.Of(features, model.forward_head(features), request);
        Npz.Save(output, written);
        foreach (var (key, tensor) in written)
            Console.WriteLine($"{key}  [{string.Join(", ", tensor.shape)}]");
    }

    // A file, or published weights, which know their own form.
    private static Weights Source(ModelConfig config, string weights, string names, string? entry)
    {
        if (
            File.Exists(weights)
            || weights.AsSpan().ContainsAny('/', '\\')
            || PublishedWeights.For(config.Name).Count == 0
        )
            return new(weights, Map(names, config.Family), entry);
        if (Path.HasExtension(weights) && PublishedWeights.List(weights).Count == 0)
            return new(weights, Map(names, config.Family), entry); // a file that is not there, which is said later
        var published = PublishedWeights.Of(config.Name, weights);
        var store = new DataStore(DataStore.Default.Folder) { Say = Console.Error.WriteLine };
        return new(store.Fetch(published.File).Path, Map(published.Naming, config.Family), entry ?? published.Entry);
    }

    private static StateDictMap Map(string names, string family)
    {
        try
        {
            return StateDictMap.Of(names, family);
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
    private static VisionModel Loaded(ModelConfig config, Weights file)
    {
        var weights = WeightsFile.Read(file.Path, file.Entry);
        var model = config.Build();
        try
        {
            if (
                Classes(weights, file.Map, $"{model.classifier_name}.weight") is { } classes
                && classes != config.Classes
            )
                model.reset_classifier(classes);
            model.LoadWeights(weights, file.Map);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static int? Classes(Dictionary<string, Tensor> weights, StateDictMap map, string classifier)
    {
        foreach (var (name, tensor) in weights)
        {
            if (map.Translate(name, out var change) != classifier)
                continue;
            var shape = change is null ? tensor.shape : change.ShapeOf(tensor.shape);
            return shape is { Length: 2 } ? (int)shape[0] : null;
        }
        return null;
    }

    private sealed record Weights(string Path, StateDictMap Map, string? Entry);
}
