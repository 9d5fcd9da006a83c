namespace VitNotebooks.Data;

/// <summary>
/// A figure of the synthetic set as a set of points of the plane around the origin, of area 1, so that no figure covers more of an image than
/// another and colour statistics say nothing about it. All reach at most <see cref="Reach"/> from the origin.
/// </summary>
internal static class ShapeFigure
{
    /// <summary>Largest distance of a point of any figure from the origin.</summary>
    public const float Reach = 1.05f;

    /// <summary>Class names in label order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["disc", "ring", "square", "triangle", "star", "cross", "tee", "angle", "bars", "checker"];

    // Two bars of 3.2 : 1. They touch (tee, angle, bars) or cross, and cover area 1 together.
    private const float BarWidth = 0.3952847f;
    private const float BarLength = 1.2649111f;
    private const float CrossWidth = 0.43033149f;
    private const float CrossLength = 1.3770608f;

    // Outer radius 0.8249; the inner corners lie at half of it. Points from the top, clockwise.
    private static readonly float[] Star = MakeStar();

    private static readonly float[] Triangle = [0f, -0.8773827f, 0.7598357f, 0.4386913f, -0.7598357f, 0.4386913f];

    /// <summary>Whether the point belongs to the figure of the given label.</summary>
    public static bool Contains(int label, float x, float y) =>
        label switch
        {
            0 => (x * x) + (y * y) <= 0.31830989f,
            1 => (x * x) + (y * y) is <= 0.49735919f and >= 0.17904931f,
            2 => MathF.Abs(x) <= 0.5f && MathF.Abs(y) <= 0.5f,
            3 => InPolygon(Triangle, x, y),
            4 => InPolygon(Star, x, y),
            5 => Bar(x, y, CrossLength, CrossWidth) || Bar(x, y, CrossWidth, CrossLength),
            6 => Bar(x, y + 0.5236f, BarLength, BarWidth) || Bar(x, y - 0.30649785f, BarWidth, BarLength),
            7 => Bar(x + 0.63245555f, y, BarWidth, BarLength)
                || Bar(x - 0.19764235f, y - 0.4348132f, BarLength, BarWidth),
            8 => Bar(x, y - BarWidth, BarLength, BarWidth) || Bar(x, y + BarWidth, BarLength, BarWidth),
            9 => MathF.Max(MathF.Abs(x), MathF.Abs(y)) <= 0.70710678f && x * y >= 0,
            _ => throw new ArgumentOutOfRangeException(
                nameof(label),
                label,
                $"label {label}; expected 0..{Names.Count - 1}."
            ),
        };

    private static bool Bar(float x, float y, float width, float height) =>
        MathF.Abs(x) <= width / 2 && MathF.Abs(y) <= height / 2;

    private static bool InPolygon(float[] corners, float x, float y)
    {
        var inside = false;
        for (int i = 0, j = corners.Length - 2; i < corners.Length; j = i, i += 2)
        {
            var yi = corners[i + 1];
            var yj = corners[j + 1];
            if (yi > y != yj > y && x < ((corners[j] - corners[i]) * (y - yi) / (yj - yi)) + corners[i])
            {
                inside = !inside;
            }
        }
        return inside;
    }

    // sin and cos of multiples of 36 degrees as literals: a C library's differ in the last bit, and the images must not.
    private static float[] MakeStar()
    {
        float[] sin =
        [
            0f,
            0.58778525f,
            0.95105652f,
            0.95105652f,
            0.58778525f,
            0f,
            -0.58778525f,
            -0.95105652f,
            -0.95105652f,
            -0.58778525f,
        ];
        float[] cos =
        [
            1f,
            0.80901699f,
            0.30901699f,
            -0.30901699f,
            -0.80901699f,
            -1f,
            -0.80901699f,
            -0.30901699f,
            0.30901699f,
            0.80901699f,
        ];
        var corners = new float[20];
        for (var i = 0; i < 10; i++)
        {
            var radius = (i & 1) == 0 ? 0.8249355f : 0.41246775f;
            corners[2 * i] = radius * sin[i];
            corners[(2 * i) + 1] = -radius * cos[i];
        }
        return corners;
    }
}
