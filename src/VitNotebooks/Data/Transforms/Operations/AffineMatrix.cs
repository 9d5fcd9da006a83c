using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>Where a pixel of the result comes from: <c>x' = A x + B y + C</c>, <c>y' = D x + E y + F</c>, places counted from the corner.</summary>
internal readonly record struct AffineMatrix(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Every pixel stays.</summary>
    public static AffineMatrix Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Rotation counter-clockwise about the middle, as Pillow's <c>Image.rotate</c>, with its rounding to 15 decimals.</summary>
    public static AffineMatrix Rotation(double degrees, int width, int height)
    {
        var turn = degrees % 360.0;
        turn = turn < 0 ? turn + 360.0 : turn;
        var angle = -(turn * (Math.PI / 180.0));
        var cos = Decimals(Math.Cos(angle));
        var sin = Decimals(Math.Sin(angle));
        var minusSin = Decimals(-Math.Sin(angle));
        var x = width / 2.0;
        var y = height / 2.0;
        return new AffineMatrix(
            cos,
            sin,
            (cos * -x) + (sin * -y) + 0.0 + x,
            minusSin,
            cos,
            (minusSin * -x) + (cos * -y) + 0.0 + y
        );
    }

    /// <summary>Shear by angles about the origin, then a translation, as torchvision's <c>affine</c> without rotation and scale.</summary>
    /// <param name="shearX">Degrees, along x.</param>
    /// <param name="shearY">Degrees, along y.</param>
    /// <param name="translateX">Pixels to the right.</param>
    /// <param name="translateY">Pixels down.</param>
    /// <param name="centerX">Of the shear, in pixels.</param>
    /// <param name="centerY">Of the shear, in pixels.</param>
    public static AffineMatrix Shear(
        double shearX,
        double shearY,
        int translateX,
        int translateY,
        double centerX,
        double centerY
    )
    {
        var sx = shearX * (Math.PI / 180.0);
        var sy = shearY * (Math.PI / 180.0);
        var a = Math.Cos(0.0 - sy) / Math.Cos(sy);
        var b = (-Math.Cos(0.0 - sy) * Math.Tan(sx) / Math.Cos(sy)) - Math.Sin(0.0);
        var c = Math.Sin(0.0 - sy) / Math.Cos(sy);
        var d = (-Math.Sin(0.0 - sy) * Math.Tan(sx) / Math.Cos(sy)) + Math.Cos(0.0);
        var x = (d * (-centerX - translateX)) + (-b * (-centerY - translateY));
        var y = (-c * (-centerX - translateX)) + (a * (-centerY - translateY));
        return new AffineMatrix(d, -b, x + centerX, -c, a, y + centerY);
    }

    // Python's round(value, 15) rounds the exact decimal value, which Math.Round does not.
    private static double Decimals(double value) =>
        double.Parse(value.ToString("F15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
