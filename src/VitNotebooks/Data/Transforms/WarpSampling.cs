namespace VitNotebooks.Data;

/// <summary>How a warp (shear, translation, rotation) reads between the pixels; without antialiasing, as Pillow's <c>transform</c>.</summary>
public enum WarpSampling
{
    /// <summary>The pixel that holds the place.</summary>
    Nearest,

    /// <summary>From 2 x 2 pixels.</summary>
    Bilinear,

    /// <summary>From 4 x 4 pixels, a cubic with a = -1 (not the -0.5 of <see cref="Interpolation.Bicubic"/>).</summary>
    Bicubic,

    /// <summary>Each operation draws bilinear or bicubic, timm's <c>interpolation='random'</c>.</summary>
    BilinearOrBicubic,
}
