using System.CommandLine;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Cli;

/// <summary>
/// <c>vitnb forward [NAME] --weights FILE --input X.npy --output OUT.npz</c>: what a checkpoint computes, to be held against any other
/// framework.
/// </summary>
internal static class ForwardCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description =
                "A registered model; vitnb models lists all. Left out, the file says what it holds, as those that this package saves do.",
            Arity = ArgumentArity.ZeroOrOne,
        };
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
                "Adds final, class_token, maps.NAME and, as each stage hands it on, scales.NAME [B, C, H, W], and blocks.NAME [B, N, C]; "
                + "blocks.NAME.grid has prefix, rows, columns, suffix and stride. Weights without a classifier give these and no logits.",
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
            Run(
                Find(parsed.GetValue(name), parsed.GetValue(weights)!, parsed.GetValue(names)!, parsed.GetValue(entry)),
                parsed.GetValue(input)!,
                parsed.GetValue(output)!,
                request
            );
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(Weights weights, string input, string output, FeatureRequest request)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var images = Images(input, weights.Config);
        using var model = weights.Open(weights.Config.Resized(imageSize: (int)images.shape[2]), images.dtype);
        var loaded = model.LoadedWeights!;
        var isHeadless = loaded.KeptHeads.Count > 0;
        if (isHeadless && request == FeatureRequest.None)
        {
            throw new UserErrorException(
                $"The weights have no {string.Join(" and no ", loaded.KeptHeads)} for {model.Config.Name}, so that there are no logits to write; add --features for "
                    + "what the model sees, or train the classifier first: VisionModels.Create(..., weights: ...) gives it a fresh one."
            );
        }

        foreach (var line in loaded.Lines)
        {
            Console.WriteLine(line);
        }

        model.eval();
        using var features = model.forward_features(images, request);
        var written = Intermediates.Of(features, isHeadless ? null : model.forward_head(features), request);
        Npz.Save(output, written);
        foreach (var (key, tensor) in written)
        {
            Console.WriteLine($"{key}  [{string.Join(", ", tensor.shape)}]");
        }

        if (isHeadless)
        {
            Console.WriteLine("No logits: the weights have no classifier.");
        }
    }

    // A file, or published weights, which know their own form.
    private static Weights Find(string? name, string weights, string names, string? entry)
    {
        var named = name is null ? null : VisionModels.ConfigOf(name);
        if (Published(named, weights) is { } published)
        {
            return new(
                named ?? VisionModels.ConfigOf(published.Model),
                (config, dtype) => Fetched(published with { Entry = entry ?? published.Entry }, config).to(dtype)
            );
        }

        if (!File.Exists(weights))
        {
            throw new UserErrorException(
                $"There are no weights {weights}; give a .safetensors, .pth or .npz file, or behind the name of its model the "
                    + "tag of published weights that vitnb models --weights lists."
            );
        }

        var config =
            named
            ?? VisionCheckpoint.ConfigOf(weights)
            ?? throw new UserErrorException(
                $"{weights} does not say which model it holds; name it before the options, vitnb forward NAME --weights {weights}. "
                    + "vitnb models lists the names."
            );
        var map = Map(names, config.Family);
        return new(config, (sized, dtype) => VisionModels.OpenAsTrained(sized, weights, map, dtype, entry));
    }

    private static PublishedWeights? Published(ModelConfig? named, string weights)
    {
        if (File.Exists(weights) || weights.AsSpan().ContainsAny('/', '\\'))
        {
            return null;
        }

        if (named is null)
        {
            return PublishedWeights
                .List()
                .FirstOrDefault(w => string.Equals(w.Name, weights, StringComparison.OrdinalIgnoreCase));
        }

        if (PublishedWeights.For(named.Name).Count == 0)
        {
            return null;
        }

        return Path.HasExtension(weights) && PublishedWeights.List(weights).Count == 0
            ? null // a file that is not there, which is said later
            : PublishedWeights.Of(named.Name, weights);
    }

    private static VisionModel Fetched(PublishedWeights published, ModelConfig config)
    {
        var store = new DataStore(DataStore.Default.Folder) { Say = Console.Error.WriteLine };
        store.Fetch(published.File);
        return published.Build(
            config with
            {
                Classes = published.Classes ?? config.Classes,
                Losses = [],
            },
            new DataStore(store.Folder) // what was done with the weights is printed with the result
        );
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
        {
            throw new UserErrorException(
                $"There is no file {path}; write the images with numpy.save(..., array) of shape [B, {config.Channels}, H, W]."
            );
        }

        var images = Npy.Load(path);
        var shape = images.shape;
        if (shape.Length != 4 || shape[0] < 1 || shape[1] != config.Channels || shape[2] != shape[3] || shape[2] < 1)
        {
            throw new UserErrorException(
                $"{path} has shape [{string.Join(", ", shape)}]; {config.Name} takes [B, {config.Channels}, H, H], e.g. "
                    + $"[1, {config.Channels}, {config.ImageSize}, {config.ImageSize}]."
            );
        }

        if (images.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new UserErrorException(
                $"{path} holds {images.dtype}; expected float32 or float64: images that are normalized, not pixel values."
            );
        }

        return images;
    }

    private sealed record Weights(ModelConfig Config, Func<ModelConfig, ScalarType, VisionModel> Open);
}
