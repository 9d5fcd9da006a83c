using System.Text.Json;
using System.Text.Json.Serialization;

namespace VitNotebooks.Benchmarks;

/// <summary>The form of the lines that both sides of a race print.</summary>
internal static class RaceJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
