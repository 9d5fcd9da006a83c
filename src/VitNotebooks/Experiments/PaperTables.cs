namespace VitNotebooks.Experiments;

/// <summary>Published numbers as data, by paper.</summary>
public static partial class PaperTables { }
