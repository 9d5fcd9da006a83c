namespace VitNotebooks.Data;

/// <summary>
/// A step on normalized numbers that also runs on a whole batch: it overwrites boxes. What it draws for an image it draws from the image's own generator, number
/// for number as <see cref="NormalizedTransform.Apply"/> does, so that both ways write the same numbers at the same places.
/// </summary>
public interface IBatchedNormalizedTransform
{
    /// <summary>Draws for one image of the given sides, and adds what is to be written.</summary>
    /// <param name="random">The image's own generator, where the steps before have left it.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="patches">Takes boxes and numbers.</param>
    void Draw(TorchRandom random, int width, int height, BatchPatches patches);
}
