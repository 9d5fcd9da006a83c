using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VitNotebooks.Models;

/// <summary>The patterns of names, each parsed once.</summary>
internal static class NamePatterns
{
    private static readonly ConcurrentDictionary<string, Regex> Parsed = new(StringComparer.Ordinal);

    /// <summary>A name held against a pattern, as a whole.</summary>
    public static Match Match(string name, string pattern) =>
        Parsed.GetOrAdd(pattern, text => new Regex($"^(?:{text})$", RegexOptions.CultureInvariant)).Match(name);
}

/// <summary>A rule of a <see cref="StateDictMap"/>: names that match the pattern as a whole become the replacement.</summary>
/// <param name="Pattern">Regular expression of the foreign name, without anchors.</param>
/// <param name="Replacement">Our name, with <c>$1</c> for groups; null drops the tensor, since the model computes it.</param>
/// <param name="Change">What is done to the tensor before it is ours; null for nothing.</param>
public sealed record NameRule(string Pattern, string? Replacement, TensorChange? Change = null);

/// <summary>How the tensors are named that hold a tensor of every block along their first axis, and how a block's own would be.</summary>
/// <param name="Pattern">Regular expression of the foreign name, without anchors.</param>
/// <param name="Block">The name of a block's own tensor, with <c>$1</c> for groups and <c>#</c> for the number of the block.</param>
public sealed record StackRule(string Pattern, string Block)
{
    /// <summary>The name of a block's own tensor; null where the name is not that of such a stack.</summary>
    /// <param name="name">The foreign name.</param>
    /// <param name="block">Number of the block, from 0.</param>
    public string? NameOf(string name, int block)
    {
        var match = NamePatterns.Match(name, Pattern);
        return match.Success
            ? match.Result(Block.Replace("#", block.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            : null;
    }
}

/// <summary>How another library names the tensors of a family. The first rule that fits a name decides; a name without a rule stays.</summary>
/// <param name="Source">Who names them so, for messages.</param>
/// <param name="Rules">The rules, in order.</param>
public sealed partial record StateDictMap(string Source, IReadOnlyList<NameRule> Rules)
{
    /// <summary>Names of tensors that hold all blocks at once, which are taken apart before the rules see them; null for none.</summary>
    public StackRule? Stacked { get; init; }

    /// <summary>The official names, which are ours: Microsoft's for Swin, timm's for ViT, torchvision's for ResNet. What a family computes itself
    /// it leaves out whoever names it so.</summary>
    public static StateDictMap Official { get; } = new("official", []);

    /// <summary>torchvision's names (0.13 and later) of a family.</summary>
    /// <param name="family"><c>Swin</c>, <c>ViT</c> or <c>ResNet</c>, as <see cref="ModelConfig.Family"/> says; case does not matter.</param>
    /// <exception cref="ArgumentException">No map is known for the family.</exception>
    public static StateDictMap Torchvision(string family) =>
        family.ToUpperInvariant() switch
        {
            "SWIN" => TorchvisionSwin,
            "VIT" => TorchvisionVit,
            "RESNET" => new("torchvision", []), // its names are the official ones
            _ => throw new ArgumentException(
                $"torchvision's names of family '{family}' are not known; known: Swin, ViT, ResNet.",
                nameof(family)
            ),
        };

    /// <summary>The names of szagoruyko/wide-residual-networks, the paper's own code, for WRN.</summary>
    public static StateDictMap WideResNetAuthors { get; } =
        new(
            "szagoruyko/wide-residual-networks",
            [
                new("conv0", "conv1.weight"),
                new(@"bn\.(\w+)", "bn1.$1"),
                .. Enumerable
                    .Range(0, 3)
                    .SelectMany(group =>
                        new NameRule[]
                        {
                            new($@"group{group}\.block(\d+)\.conv0", $"block{group + 1}.layer.$1.conv1.weight"),
                            new($@"group{group}\.block(\d+)\.conv1", $"block{group + 1}.layer.$1.conv2.weight"),
                            new(
                                $@"group{group}\.block(\d+)\.convdim",
                                $"block{group + 1}.layer.$1.convShortcut.weight"
                            ),
                            new($@"group{group}\.block(\d+)\.bn0\.(\w+)", $"block{group + 1}.layer.$1.bn1.$2"),
                            new($@"group{group}\.block(\d+)\.bn1\.(\w+)", $"block{group + 1}.layer.$1.bn2.$2"),
                        }
                    ),
            ]
        );

    /// <summary>The namings that are known for a family, which <see cref="Of"/> takes.</summary>
    /// <param name="family">As <see cref="ModelConfig.Family"/> says; case does not matter.</param>
    public static IReadOnlyList<string> Namings(string family) =>
        [
            "official",
            .. family.ToUpperInvariant() switch
            {
                "VIT" => ["torchvision", "deit3", "pycls", "big_vision"],
                "SWIN" or "RESNET" => ["torchvision"],
                "WRN" => ["szagoruyko"],
                _ => (string[])[],
            },
        ];

    /// <summary>A naming of a family by its name.</summary>
    /// <param name="naming"><c>official</c>; <c>torchvision</c> for Swin, ViT and ResNet; <c>deit3</c>, <c>pycls</c> and <c>big_vision</c> for ViT;
    /// <c>szagoruyko</c> for WRN.</param>
    /// <param name="family">As <see cref="ModelConfig.Family"/> says; case does not matter.</param>
    /// <exception cref="ArgumentException">The family is not known under such names; the message lists those that it has.</exception>
    public static StateDictMap Of(string naming, string family)
    {
        if (!Namings(family).Contains(naming, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"{family} has no naming '{naming}'; it has {string.Join(", ", Namings(family))}.",
                nameof(naming)
            );
        }

        return naming.ToUpperInvariant() switch
        {
            "TORCHVISION" => Torchvision(family),
            "DEIT3" => Deit3,
            "PYCLS" => Pycls,
            "BIG_VISION" => BigVision,
            "SZAGORUYKO" => WideResNetAuthors,
            _ => Official,
        };
    }

    /// <summary>Our name of a foreign one; null when the tensor is one that the model computes itself.</summary>
    public string? Translate(string name) => Translate(name, out _);

    /// <inheritdoc cref="Translate(string)"/>
    /// <param name="name">The foreign name.</param>
    /// <param name="change">What is done to the tensor before it is ours; null for nothing.</param>
    public string? Translate(string name, out TensorChange? change)
    {
        foreach (var rule in Rules)
        {
            var match = NamePatterns.Match(name, rule.Pattern);
            if (!match.Success)
            {
                continue;
            }

            change = rule.Change;
            return rule.Replacement is null ? null : match.Result(rule.Replacement);
        }
        change = null;
        return name;
    }

    private static StateDictMap TorchvisionSwin { get; } =
        new(
            "torchvision",
            [
                new(@"features\.\d+\.\d+\.attn\.relative_position_index", null),
                new(@"features\.0\.0\.(\w+)", "patch_embed.proj.$1"),
                new(@"features\.0\.2\.(\w+)", "patch_embed.norm.$1"),
                .. Enumerable
                    .Range(0, 4)
                    .SelectMany(stage =>
                        new NameRule[]
                        {
                            new(
                                $@"features\.{2 * stage + 1}\.(\d+)\.mlp\.0\.(\w+)",
                                $"layers.{stage}.blocks.$1.mlp.fc1.$2"
                            ),
                            new(
                                $@"features\.{2 * stage + 1}\.(\d+)\.mlp\.3\.(\w+)",
                                $"layers.{stage}.blocks.$1.mlp.fc2.$2"
                            ),
                            new($@"features\.{2 * stage + 1}\.(\d+)\.(.+)", $"layers.{stage}.blocks.$1.$2"),
                            new($@"features\.{2 * stage + 2}\.(.+)", $"layers.{stage}.downsample.$1"),
                        }
                    ),
            ]
        );

    private static StateDictMap TorchvisionVit { get; } =
        new(
            "torchvision",
            [
                new("class_token", "cls_token"),
                new(@"conv_proj\.(\w+)", "patch_embed.proj.$1"),
                new(@"conv_proj\.conv_bn_relu_(\d+)\.0\.(\w+)", "patch_embed.conv$1.$2"),
                new(@"conv_proj\.conv_bn_relu_(\d+)\.1\.(\w+)", "patch_embed.bn$1.$2"),
                new(@"conv_proj\.conv_last\.(\w+)", "patch_embed.proj.$1"),
                new(@"heads\.pre_logits\.(\w+)", "pre_logits.fc.$1"),
                new(@"encoder\.pos_embedding", "pos_embed"),
                new(@"encoder\.ln\.(\w+)", "norm.$1"),
                new(@"heads\.head\.(\w+)", "head.$1"),
                new(@"encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\.(\w+)", "blocks.$1.norm$2.$3"),
                new(@"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_(\w+)", "blocks.$1.attn.qkv.$2"),
                new(@"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.(\w+)", "blocks.$1.attn.proj.$2"),
                new(@"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\.(\w+)", "blocks.$1.mlp.fc1.$2"),
                new(@"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\.(\w+)", "blocks.$1.mlp.fc2.$2"),
            ]
        );
}
