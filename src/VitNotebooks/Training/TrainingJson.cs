using System.Text.Json;
using VitNotebooks.Models;

namespace VitNotebooks.Training;

/// <summary>How everything in a run folder is written: as what a checkpoint says of its model.</summary>
internal static class TrainingJson
{
    public static JsonSerializerOptions Options => CheckpointMetadata.Json;
}
