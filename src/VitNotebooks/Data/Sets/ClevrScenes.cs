using System.Text.Json;

namespace VitNotebooks.Data;

/// <summary>What a scene of CLEVR says of its image.</summary>
/// <param name="Image">The image's file.</param>
/// <param name="Objects">How many objects are in it.</param>
/// <param name="Nearest">The least distance of an object from the camera, <c>pixel_coords[2]</c>, in the units of the scene; infinite without objects.</param>
internal readonly record struct ClevrScene(string Image, int Objects, float Nearest);

/// <summary>
/// A scenes file of CLEVR (<c>{"info": .., "scenes": [{"image_filename": .., "objects": [{"pixel_coords": [x, y, z], ..}], ..}]}</c>), read piece by piece: those of the training
/// images are hundreds of megabytes, of which three numbers a scene are kept.
/// </summary>
internal sealed class ClevrScenes
{
    private const int Piece = 1 << 16;
    private const int LongestValue = 1 << 20;

    // Where things stand: the scenes are the elements of an array that is a member of the whole, their members one level below, and so on.
    private const int SceneDepth = 2;
    private const int SceneMember = 3;
    private const int ObjectDepth = 4;
    private const int ObjectMember = 5;
    private const int CoordinateDepth = 6;

    private readonly string _path;
    private readonly string _remedy;
    private readonly OpenOptions _options;
    private readonly List<ClevrScene> _scenes = [];
    private bool _inScenes;
    private Member _ofScene;
    private Member _ofObject;
    private string? _image;
    private int _objects;
    private float _nearest;
    private bool _hasObjects;
    private int _coordinates;

    private ClevrScenes(string path, string remedy, OpenOptions options) =>
        (_path, _remedy, _options) = (path, remedy, options);

    private enum Member
    {
        Other,
        Image,
        Objects,
        Coordinates,
    }

    /// <summary>The scenes of a file, in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to do about a wrong one, a sentence.</param>
    /// <param name="options">Who hears how far the reading is, and what stops it.</param>
    /// <exception cref="DatasetFormatException">It is no JSON, or a scene lacks its image, its objects or an object its place.</exception>
    public static IReadOnlyList<ClevrScene> Read(string path, string remedy, OpenOptions? options = null)
    {
        var reading = new ClevrScenes(path, remedy, options ?? OpenOptions.Default);
        reading.ReadAll();
        return reading._scenes.Count > 0 ? reading._scenes : throw reading.Fault("holds no scenes");
    }

    private void ReadAll()
    {
        using var file = File.OpenRead(_path);
        var buffer = new byte[Piece];
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 16 });
        for (var held = 0; ; )
        {
            _options.Reading(_path, file.Position, file.Length);
            var read = file.Read(buffer, held, buffer.Length - held);
            held += read;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, held), isFinalBlock: read == 0, state);
            TakeAll(ref reader);

            if (read == 0)
            {
                return;
            }

            state = reader.CurrentState;
            var used = (int)reader.BytesConsumed;
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
            if (held < buffer.Length)
            {
                continue;
            }

            if (buffer.Length >= LongestValue)
            {
                throw Fault($"has a value of over {LongestValue:N0} bytes");
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private void TakeAll(ref Utf8JsonReader reader)
    {
        try
        {
            while (reader.Read())
            {
                Take(ref reader);
            }
        }
        catch (JsonException e)
        {
            throw Fault($"is no JSON ({Excerpt.Of(e.Message.TrimEnd('.'), 200)})");
        }
        catch (InvalidOperationException e)
        {
            // A text that is no UTF-8, or half of a pair of surrogates.
            throw Fault($"holds what is no text ({Excerpt.Of(e.Message.TrimEnd('.'), 200)})");
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when depth == 1:
                _inScenes = reader.ValueTextEquals("scenes"u8);
                break;
            case JsonTokenType.PropertyName when _inScenes && depth == SceneMember:
                _ofScene =
                    reader.ValueTextEquals("image_filename"u8) ? Member.Image
                    : reader.ValueTextEquals("objects"u8) ? Member.Objects
                    : Member.Other;
                break;
            case JsonTokenType.PropertyName when _inScenes && depth == ObjectMember && _ofScene == Member.Objects:
                _ofObject = reader.ValueTextEquals("pixel_coords"u8) ? Member.Coordinates : Member.Other;
                break;
            case JsonTokenType.StartObject when _inScenes && depth == SceneDepth:
                (_image, _objects, _nearest, _hasObjects) = (null, 0, float.PositiveInfinity, false);
                break;
            case JsonTokenType.EndObject when _inScenes && depth == SceneDepth:
                EndScene();
                break;
            case JsonTokenType.String when _inScenes && depth == SceneMember && _ofScene == Member.Image:
                _image = reader.GetString();
                break;
            case JsonTokenType.StartArray when _inScenes && depth == SceneMember && _ofScene == Member.Objects:
                _hasObjects = true;
                break;
            case JsonTokenType.StartObject when InObjects(depth, ObjectDepth):
                _objects++;
                _coordinates = 0;
                break;
            case JsonTokenType.EndObject when InObjects(depth, ObjectDepth):
                if (_coordinates != 3)
                {
                    throw Fault(
                        $"has {_coordinates} numbers of pixel_coords in object {_objects - 1} of scene {_scenes.Count}; expected three"
                    );
                }

                break;
            case JsonTokenType.Number when InObjects(depth, CoordinateDepth) && _ofObject == Member.Coordinates:
                if (++_coordinates == 3)
                {
                    _nearest = Math.Min(_nearest, Number(ref reader));
                }

                break;
            default:
                break;
        }
    }

    private bool InObjects(int depth, int expected) => _inScenes && depth == expected && _ofScene == Member.Objects;

    // As tensorflow_datasets keeps it: of 32 bits.
    private float Number(ref Utf8JsonReader reader)
    {
        var number = reader.GetDouble();
        return double.IsFinite(number)
            ? (float)number
            : throw Fault($"has a number in scene {_scenes.Count} that is too large");
    }

    private void EndScene()
    {
        if (_image is null || !_hasObjects)
        {
            throw Fault(
                $"has no {(_image is null ? "image_filename" : "objects")} in scene {_scenes.Count}; expected both"
            );
        }

        _scenes.Add(new ClevrScene(_image, _objects, _nearest));
    }

    private DatasetFormatException Fault(string what) => new($"{_path} {what}. {_remedy}", _path);
}
