namespace VitNotebooks.Data;

/// <summary>
/// What the steps that run on whole batches drew for each image of a batch. The threads draw it from the image's own generator, where their own steps left it, in
/// whatever order they take the images.
/// </summary>
/// <param name="count">Images of the batch.</param>
/// <param name="steps">The steps.</param>
internal sealed class TailDraws(int count, BatchedSteps steps)
{
    private readonly float[] _numbers = new float[count * steps.Draws];
    private readonly BatchPatches[] _patches = new BatchPatches[count];

    /// <summary>Draws for one image.</summary>
    public void Draw(int position, TorchRandom random)
    {
        var patches = new BatchPatches(1);
        steps.Draw(random, _numbers.AsSpan(position * steps.Draws, steps.Draws), patches);
        _patches[position] = patches;
    }

    /// <summary>An image takes the place of one that was left out.</summary>
    public void Move(int from, int to)
    {
        _numbers.AsSpan(from * steps.Draws, steps.Draws).CopyTo(_numbers.AsSpan(to * steps.Draws, steps.Draws));
        _patches[to] = _patches[from];
    }

    /// <summary>The numbers of the first images, <c>[kept, Draws]</c>.</summary>
    public float[] Numbers(int kept) => _numbers[..(kept * steps.Draws)];

    /// <summary>What overwrites boxes of the first images.</summary>
    public BatchPatches Patches(int kept) => BatchPatches.Join(_patches.AsSpan(0, kept));
}
