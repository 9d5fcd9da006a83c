namespace VitNotebooks.Data;

/// <summary>A transform that looks at one box of the image alone and resizes it: as the first step it lets the loader decode no more than that box
/// (<see cref="LoaderOptions.DecodesPart"/>).</summary>
public interface IPartTransform
{
    /// <summary>Columns and rows of the result.</summary>
    (int Width, int Height) PartSize { get; }

    /// <summary>The box for an image of the given sides, inside it; the numbers that it draws are those that <see cref="Transform.Apply"/> draws for the box.</summary>
    CropBox Draw(int width, int height, TorchRandom random);

    /// <summary>Resizes a box of the image, which takes its place; draws what <see cref="Transform.Apply"/> draws after the box.</summary>
    /// <param name="image">What was decoded.</param>
    /// <param name="box">The box in its pixels.</param>
    /// <param name="random">The sample's generator, after the box.</param>
    void ApplyTo(PixelBuffer image, CropBox box, TorchRandom random);
}
