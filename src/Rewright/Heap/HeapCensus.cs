namespace Rewright;

/// <summary>What a heap holds, and whether its books are right.</summary>
/// <param name="Live">Cells that handles and the runtime lead to.</param>
/// <param name="Lost">Cells that are neither live nor free; 0 unless there is an error in Rewright.</param>
/// <param name="Miscounted">Cells whose reference count is not the number of their references; 0 unless there is an error in
/// Rewright.</param>
/// <param name="Bytes">Bytes taken for cells, and for the texts and integers that they stand for.</param>
public sealed record HeapCensus(long Live, long Lost, long Miscounted, long Bytes);
