using System.Text.Json.Nodes;
using VitNotebooks.Models;

namespace VitNotebooks.Tests.Models;

/// <summary>Configurations with one to three of their numbers changed, whatever the family calls them.</summary>
internal static class RandomConfig
{
    /// <summary>One such configuration.</summary>
    /// <param name="config">What it is made of.</param>
    /// <param name="draw">Source of the changes.</param>
    /// <param name="numbers">What a number may become.</param>
    public static ModelConfig Of(ModelConfig config, Random draw, int[] numbers)
    {
        var json = JsonNode.Parse(config.ToJson())!.AsObject();
        var places = json.Where(member =>
                IsNumber(member.Value) || member.Value is JsonArray { Count: > 0 } list && IsNumber(list[0])
            )
            .Select(member => member.Key)
            .ToArray();
        for (var changes = draw.Next(1, 4); changes > 0; changes--)
        {
            var place = places[draw.Next(places.Length)];
            var number = numbers[draw.Next(numbers.Length)];
            if (json[place] is not JsonArray list)
            {
                json[place] = IsFraction(place) ? JsonValue.Create(number / 10.0) : JsonValue.Create(number);
            }
            else if (draw.Next(4) == 0)
            {
                list.RemoveAt(list.Count - 1);
            }
            else if (list.Count > 0)
            {
                list[draw.Next(list.Count)] = number;
            }
        }
        return ModelConfig.FromJson(json.ToJsonString());
    }

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.Number;

    private static bool IsFraction(string member) =>
        member.Contains("ropout", StringComparison.Ordinal)
        || member.Contains("ropPath", StringComparison.Ordinal)
        || member.Contains("psilon", StringComparison.Ordinal);
}
