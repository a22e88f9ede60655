using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// A function of the program in the view of its callers: an operation, or a part of a normalizer. <see cref="Definition"/> has its code.
/// </summary>
/// <remarks>Functions are compared by reference.</remarks>
/// <param name="name">The name, unique in the program.</param>
/// <param name="role">The role of the function.</param>
/// <param name="parameters">The parameters; the function owns all of them.</param>
/// <param name="result">The sort of the result, which the caller owns; null for a function that fills a hole instead.</param>
public sealed class Function(string name, FunctionRole role, ImmutableArray<Local> parameters, Sort? result)
{
    /// <summary>The name, unique in the program.</summary>
    public string Name => name;

    /// <summary>The role of the function.</summary>
    public FunctionRole Role => role;

    /// <summary>The parameters; the function owns all of them.</summary>
    public ImmutableArray<Local> Parameters => parameters;

    /// <summary>The sort of the result, which the caller owns; null for a function that fills a hole instead.</summary>
    public Sort? Result => result;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>The code of a function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Body">The entry block; its parameters are those of the function.</param>
/// <param name="Labels">Further blocks, which are jumped to from several places or were cut off to keep nesting flat.</param>
public sealed record Definition(Function Function, Block Body, ImmutableArray<LabelledBlock> Labels)
{
    /// <summary>The code of a function with a single block.</summary>
    public Definition(Function function, Block body) : this(function, body, []) { }

    /// <summary>All blocks; nested ones come after the block that contains them.</summary>
    public IEnumerable<Block> Blocks() => Labels.Select(l => l.Body).Prepend(Body).SelectMany(b => b.Blocks());

    /// <summary>The same function with each of its blocks changed; <paramref name="change"/> itself must handle nested blocks.</summary>
    public Definition Map(Func<Block, Block> change)
        => new(Function, change(Body), Labels.Select(l => l with { Body = change(l.Body) }).ToImmutableArray());

    /// <summary>The labelled blocks, each before those that it jumps to; jumps only go forward.</summary>
    public List<LabelledBlock> OrderedLabels()
    {
        var blocks = Labels.ToDictionary(l => l.Label);
        var targets = Labels.ToDictionary(l => l.Label, l => l.Body.Jumps().ToList());
        var result = new List<LabelledBlock>();
        var done = new HashSet<Label>();
        foreach (var root in Labels)
        {
            var work = new Stack<(Label Label, int Next)>();
            work.Push((root.Label, 0));
            while (work.Count > 0)
            {
                var (label, next) = work.Pop();
                if (next == 0 && !done.Add(label)) continue;
                if (next < targets[label].Count)
                {
                    work.Push((label, next + 1));
                    if (!done.Contains(targets[label][next])) work.Push((targets[label][next], 0));
                    continue;
                }

                result.Add(blocks[label]);
            }
        }

        result.Reverse();
        return result;
    }
}

/// <summary>The roles of functions.</summary>
public enum FunctionRole
{
    /// <summary>Evaluates an operation.</summary>
    Operation,
    /// <summary>The entry of a normalizer.</summary>
    Normalizer,
    /// <summary>Visits the terms of one sort for a normalizer.</summary>
    Visit,
    /// <summary>Builds a term of one constructor for a normalizer, or its simplification.</summary>
    Simplify,
}
