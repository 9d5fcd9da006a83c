namespace VitNotebooks.Data;

/// <summary>How much of a dataset is in its folder.</summary>
public enum DatasetState
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>All of it, put there by <see cref="DatasetStore.GetAsync"/>.</summary>
    Here,

    /// <summary>A folder that somebody else has put there.</summary>
    Foreign,
}

/// <summary>What a long step is about, for whoever waits.</summary>
/// <param name="What">The file.</param>
/// <param name="Step">What is done with it.</param>
/// <param name="Done">Bytes that it is done with; of <see cref="DatasetStep.Listing"/>, images.</param>
/// <param name="Total">As many of them as there are; null where nobody knows.</param>
public sealed record DatasetProgress(string What, DatasetStep Step, long Done, long? Total)
{
    /// <summary>Who is waited for, a sentence; null at every other step.</summary>
    public string? Sentence { get; init; }
}

/// <summary>What is done with a file.</summary>
public enum DatasetStep
{
    /// <summary>Nothing yet: another process has it, see <see cref="DatasetProgress.Sentence"/>.</summary>
    Waiting,

    /// <summary>It is on its way here.</summary>
    Fetching,

    /// <summary>It is unpacked.</summary>
    Unpacking,

    /// <summary>It is read and hashed.</summary>
    Checking,

    /// <summary>What is in it is looked up, for the dataset that is opened.</summary>
    Reading,

    /// <summary>The images of a folder, or of a list, are looked for.</summary>
    Listing,
}

/// <summary>What a look at every byte of a dataset found.</summary>
/// <param name="Files">Files that were compared.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Faults">What is missing or another file, a sentence each.</param>
/// <param name="Unlisted">Files in the dataset's folder that nothing is known of.</param>
public sealed record DatasetCheck(long Files, long Bytes, IReadOnlyList<string> Faults, long Unlisted);
