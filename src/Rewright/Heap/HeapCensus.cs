namespace Rewright;

/// <summary>The contents of a heap and the result of checking its reference counts.</summary>
/// <param name="Live">The cells that can be reached from handles and the runtime.</param>
/// <param name="Lost">The cells that are neither live nor free; 0 unless Rewright has an error.</param>
/// <param name="Miscounted">The cells whose reference count differs from the number of their references; 0 unless Rewright has an
/// error.</param>
/// <param name="Bytes">The bytes taken for cells and for the texts and integers that they stand for.</param>
public sealed record HeapCensus(long Live, long Lost, long Miscounted, long Bytes);
