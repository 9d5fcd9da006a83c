namespace VitNotebooks.Data;

/// <summary>
/// Paints one image of the synthetic set. Everything but the figure, that is colours, textures, light, crumbs, noise, place, size, turn and mirror, is drawn from
/// the same distributions in every class. Uses only additions, products, quotients and square roots, which are the same bits on
/// every machine.
/// </summary>
internal static class ShapePainter
{
    private const int Crumbs = 2;
    private const int Samples = 3;

    // cos 30 degrees: figures are turned by up to 30 degrees either way.
    private const float MostTurn = 0.8660254f;

    /// <summary>Paints into the buffer.</summary>
    /// <param name="label">The figure.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="seed">The image's own seed.</param>
    /// <param name="target">Receives <c>[size, size, 3]</c>.</param>
    public static void Paint(int label, int size, long seed, Span<byte> target)
    {
        var random = new TorchRandom(seed);
        var figure = Placement.Draw(random, size);
        var (ground, ink) = DrawColours(random, size);
        Span<Crumb> crumbs = stackalloc Crumb[Crumbs];
        for (var i = 0; i < crumbs.Length; i++)
        {
            crumbs[i] = new Crumb(
                random.Uniform(0, size),
                random.Uniform(0, size),
                random.Uniform(0.03, 0.06) * size,
                Colour.Draw(random)
            );
        }
        var lightX = Colour.Grey(random.Uniform(-24, 24) / size);
        var lightY = Colour.Grey(random.Uniform(-24, 24) / size);
        var noise = random.Uniform(3, 10) / 147.8f;
        var noiseState = random.NextUInt64() | 1;

        var at = 0;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var cover = Coverage(label, figure, x, y);
                var below = ground.At(x, y);
                foreach (var crumb in crumbs)
                {
                    below = Colour.Blend(below, crumb.Colour, crumb.Coverage(x + 0.5f, y + 0.5f));
                }
                var colour = cover > 0 ? Colour.Blend(below, ink.At(x, y), cover) : below;
                colour += (lightX * (x - (size / 2f))) + (lightY * (y - (size / 2f)));
                target[at++] = Noisy(colour.R, noise, ref noiseState);
                target[at++] = Noisy(colour.G, noise, ref noiseState);
                target[at++] = Noisy(colour.B, noise, ref noiseState);
            }
        }
    }

    private static (Surface Ground, Surface Ink) DrawColours(TorchRandom random, int size)
    {
        var ground = Colour.Draw(random);
        var ink = Colour.Draw(random);
        // The figure is the lighter one in every class, by so much that it can be told from its ground: else a small model spends a short training on
        // finding out that dark on light and light on dark are the same figure.
        while (ink.Luma - ground.Luma < 60)
        {
            ground = Colour.Draw(random);
            ink = Colour.Draw(random);
        }
        return (new Surface(ground, Texture.Draw(random, size)), new Surface(ink, Texture.Draw(random, size)));
    }

    private static float Coverage(int label, in Placement p, int x, int y)
    {
        var dx = x + 0.5f - p.CenterX;
        var dy = y + 0.5f - p.CenterY;
        var reach = (ShapeFigure.Reach * p.Scale) + 1;
        if ((dx * dx) + (dy * dy) > reach * reach)
        {
            return 0;
        }
        var inside = 0;
        for (var i = 0; i < Samples; i++)
        {
            for (var j = 0; j < Samples; j++)
            {
                var sx = dx + ((((2 * j) + 1) / (2f * Samples)) - 0.5f);
                var sy = dy + ((((2 * i) + 1) / (2f * Samples)) - 0.5f);
                var u = (sx * p.UX) + (sy * p.UY);
                var v = (sx * p.VX) + (sy * p.VY);
                inside += ShapeFigure.Contains(label, u, v) ? 1 : 0;
            }
        }
        return inside / (float)(Samples * Samples);
    }

    // A sum of four bytes is nearly normal, with mean 510 and deviation 147.8.
    private static byte Noisy(float value, float scale, ref ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        var word = (uint)(state >> 32);
        var sum = (int)((word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24));
        return (byte)Math.Clamp(value + ((sum - 510) * scale) + 0.5f, 0f, 255f);
    }

    /// <summary>
    /// Where the figure stands, and the linear map from pixels around it to its own plane. Scale is the square root of its area in pixels: 8 to 16% of the image.
    /// </summary>
    private readonly record struct Placement(
        float CenterX,
        float CenterY,
        float Scale,
        float UX,
        float UY,
        float VX,
        float VY
    )
    {
        public static Placement Draw(TorchRandom random, int size)
        {
            var scale = MathF.Sqrt(random.Uniform(0.08, 0.16)) * size;
            var margin = ShapeFigure.Reach * scale;
            var x = random.Uniform(margin, size - margin);
            var y = random.Uniform(margin, size - margin);
            var (cos, sin) = Direction(random, MostTurn);
            var mirror = random.Uniform() < 0.5f ? 1f : -1f;
            return new Placement(x, y, scale, cos * mirror / scale, sin * mirror / scale, -sin / scale, cos / scale);
        }
    }

    // A point of the disc, drawn until it lies inside and within the turn, scaled to length 1: a uniform direction without a sine.
    private static (float Cos, float Sin) Direction(TorchRandom random, float leastCos)
    {
        while (true)
        {
            var x = random.Uniform(-1, 1);
            var y = random.Uniform(-1, 1);
            var square = (x * x) + (y * y);
            if (square is > 0.01f and <= 1f)
            {
                var length = MathF.Sqrt(square);
                if (x >= leastCos * length)
                {
                    return (x / length, y / length);
                }
            }
        }
    }

    private readonly record struct Colour(float R, float G, float B)
    {
        public static Colour Draw(TorchRandom random) =>
            new(random.Uniform(10, 245), random.Uniform(10, 245), random.Uniform(10, 245));

        public static Colour Grey(float value) => new(value, value, value);

        public static Colour operator +(Colour a, Colour b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

        public static Colour operator *(Colour a, float b) => new(a.R * b, a.G * b, a.B * b);

        public static Colour Blend(Colour below, Colour above, float cover) =>
            cover <= 0 ? below
            : cover >= 1 ? above
            : (below * (1 - cover)) + (above * cover);

        public float Luma => (0.299f * R) + (0.587f * G) + (0.114f * B);
    }

    /// <summary>Stripes: a triangle wave of brightness along a direction.</summary>
    private readonly record struct Texture(float StepX, float StepY, float Phase, float Strength)
    {
        public static Texture Draw(TorchRandom random, int size)
        {
            var (cos, sin) = Direction(random, -1f);
            var period = random.Uniform(0.12, 0.5) * size;
            return new Texture(cos / period, sin / period, random.Uniform(), random.Uniform(0, 18));
        }

        public float At(int x, int y)
        {
            var t = (x * StepX) + (y * StepY) + Phase;
            t -= MathF.Floor(t);
            return ((4 * MathF.Abs(t - 0.5f)) - 1) * Strength;
        }
    }

    private readonly record struct Surface(Colour Base, Texture Texture)
    {
        public Colour At(int x, int y) => Base + Colour.Grey(Texture.At(x, y));
    }

    /// <summary>A dot on the ground that belongs to no figure.</summary>
    private readonly record struct Crumb(float X, float Y, float Radius, Colour Colour)
    {
        public float Coverage(float x, float y)
        {
            var dx = x - X;
            var dy = y - Y;
            var square = (dx * dx) + (dy * dy);
            var outer = Radius + 0.5f;
            return square >= outer * outer ? 0 : Math.Clamp(outer - MathF.Sqrt(square), 0f, 1f);
        }
    }
}
