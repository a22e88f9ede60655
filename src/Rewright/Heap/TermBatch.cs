using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Heap;

namespace Rewright;

/// <summary>Evaluates many independent terms on all cores. Each worker has its own heap, so no worker waits for another.</summary>
/// <remarks>
/// The heap of the terms is only read during evaluation and written when results come back. Each worker takes one term after the other. The
/// workers' heaps have the limits of the terms' heap and share its memory limit equally. C# code that evaluation calls must be thread-safe:
/// host operations and the function that is passed.
/// </remarks>
/// <example><code>
/// Expr[] simple = TermBatch.Evaluate(exprs, Algebra.Simplify);
/// string[] texts = TermBatch.Select(exprs, e => Algebra.Simplify(e).ToString());
/// </code></example>
public static class TermBatch
{
    /// <summary>Evaluates each term. The results come back to the heap of the terms.</summary>
    /// <param name="terms">Terms of one heap.</param>
    /// <param name="evaluate">An operation or normalizer, or a function that calls some. It runs in the heap of a worker.</param>
    /// <param name="options">The maximum number of workers, and a token; by default all cores and no token.</param>
    /// <returns>The results, in the order of the terms.</returns>
    /// <exception cref="OperationCanceledException">The options' or the heap's token cancelled the batch.</exception>
    /// <remarks>
    /// An exception ends the batch, including evaluations in progress, and reaches the caller. If there are several, the caller gets that
    /// of the first term in order.
    /// </remarks>
    public static TResult[] Evaluate<T, TResult>(IReadOnlyList<T> terms, Func<T, TResult> evaluate, ParallelOptions? options = null)
        where T : struct, ITerm<T>
        where TResult : struct, ITerm<TResult>
    {
        var batch = new Batch<T>(terms, options);
        return batch.Run((heap, term) => batch.Back(evaluate(term)));
    }

    /// <summary>Evaluates each term to a C# value or text, which is computed in the heap of a worker.</summary>
    /// <param name="terms">Terms of one heap.</param>
    /// <param name="select">Computes the value. Its terms end with the call, so it must not return or keep them.</param>
    /// <param name="options">The maximum number of workers, and a token; by default all cores and no token.</param>
    /// <returns>The values, in the order of the terms.</returns>
    /// <exception cref="OperationCanceledException">The options' or the heap's token cancelled the batch.</exception>
    /// <remarks>
    /// An exception ends the batch, including evaluations in progress, and reaches the caller. If there are several, the caller gets that
    /// of the first term in order.
    /// </remarks>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> terms, Func<T, TResult> select, ParallelOptions? options = null)
        where T : struct, ITerm<T>
        => new Batch<T>(terms, options).Run((_, term) => select(term));

    private sealed class Batch<T>
        where T : struct, ITerm<T>
    {
        private readonly (ulong Word, TermSort Sort)[] _terms;
        private readonly TermHeap? _heap;
        private readonly ParallelOptions _options;
        private readonly ReaderWriterLockSlim _access = new();
        private readonly CancellationTokenSource _end = new();
        private int _next = -1;
        private int _firstFailed = int.MaxValue;
        private Exception? _failure;

        public Batch(IReadOnlyList<T> terms, ParallelOptions? options)
        {
            ArgumentNullException.ThrowIfNull(terms);
            _options = options ?? new ParallelOptions();
            _terms = new (ulong, TermSort)[terms.Count];
            for (int i = 0; i < terms.Count; i++)
            {
                var term = terms[i].Term;
                _heap ??= term.Heap;
                if (!ReferenceEquals(_heap, term.Heap))
                    throw new InvalidOperationException(
                        "The terms of a batch are in different heaps. CopyTo moves a term to another heap.");
                ulong word = term.Peek(out var sort);
                _terms[i] = (word, sort);
            }
        }

        public TResult[] Run<TResult>(Func<TermHeap, T, TResult> evaluate)
        {
            var results = new TResult[_terms.Length];
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (_heap is null) return results;
            // From here on no thread can enter the heap, not even this one: it is a worker like the others.
            _heap.Enter();
            int thread = _heap.ExchangeThread(-1);
            try
            {
                RunWorkers(results, evaluate);
            }
            finally
            {
                _heap.ExchangeThread(thread);
                _heap.Exit();
                _access.Dispose();
            }

            return results;
        }

        /// <summary>Moves a result from a worker's heap to that of the terms.</summary>
        public TResult Back<TResult>(TResult result)
            where TResult : struct, ITerm<TResult>
        {
            var term = result.Term;
            ulong word = term.Peek(out var sort);
            _access.EnterWriteLock();
            try
            {
                return TResult.FromTerm(_heap!.NewTerm(sort.HoldsCells ? TermCopy.Copy(word, term.Heap.Memory, _heap.Memory) : word, sort));
            }
            catch (InsufficientMemoryException)
            {
                throw new MemoryLimitException(nameof(TermBatch), _heap!.Limits.MaxHeapBytes);
            }
            finally
            {
                _access.ExitWriteLock();
            }
        }

        private void RunWorkers<TResult>(TResult[] results, Func<TermHeap, T, TResult> evaluate)
        {
            int most = _options.MaxDegreeOfParallelism < 0 ? Environment.ProcessorCount : _options.MaxDegreeOfParallelism;
            int workers = Math.Min(most, _terms.Length);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(
                _end.Token, _options.CancellationToken, _heap!.Limits.Cancellation);
            var limits = _heap.Limits with
            {
                Cancellation = linked.Token,
                MaxHeapBytes = Math.Max(1 << 20, _heap.Limits.MaxHeapBytes / workers)
            };
            // This thread is a worker too, so the batch makes progress even if the pool has no thread to spare.
            var others = new Task[workers - 1];
            for (int i = 0; i < others.Length; i++)
                others[i] = Task.Factory.StartNew(
                    () => Work(results, evaluate, limits), CancellationToken.None, TaskCreationOptions.DenyChildAttach,
                    _options.TaskScheduler ?? TaskScheduler.Default);
            Work(results, evaluate, limits);
            Task.WaitAll(others);

            _options.CancellationToken.ThrowIfCancellationRequested();
            _heap.Limits.Cancellation.ThrowIfCancellationRequested();
            if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        }

        private void Work<TResult>(TResult[] results, Func<TermHeap, T, TResult> evaluate, EvaluationLimits limits)
        {
            TermHeap? heap = null;
            try
            {
                while (!limits.Cancellation.IsCancellationRequested && Interlocked.Increment(ref _next) is var index
                    && index < _terms.Length)
                {
                    heap ??= new TermHeap { Limits = limits };
                    try
                    {
                        using var scope = heap.BeginScope();
                        results[index] = evaluate(heap, Fetch(index, heap));
                    }
#pragma warning disable CA1031 // The exception reaches the caller.
                    catch (Exception e)
#pragma warning restore CA1031
                    {
                        Fail(index, e);
                    }
                }
            }
            finally
            {
                heap?.Dispose();
            }
        }

        private T Fetch(int index, TermHeap heap)
        {
            var (word, sort) = _terms[index];
            _access.EnterReadLock();
            try
            {
                return T.FromTerm(heap.NewTerm(sort.HoldsCells ? TermCopy.Copy(word, _heap!.Memory, heap.Memory) : word, sort));
            }
            catch (InsufficientMemoryException)
            {
                throw new MemoryLimitException(nameof(TermBatch), heap.Limits.MaxHeapBytes);
            }
            finally
            {
                _access.ExitReadLock();
            }
        }

        private void Fail(int index, Exception exception)
        {
            lock (_terms)
            {
                // A term that was cancelled because another term failed has not failed itself.
                if (_end.IsCancellationRequested && exception is EvaluationCanceledException || index > _firstFailed) return;
                (_firstFailed, _failure) = (index, exception);
                _end.Cancel();
            }
        }
    }
}
