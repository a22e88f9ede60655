using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// A function of the program as calls name it: an operation, or a part of a normalizer. <see cref="Definition"/> has its code.
/// </summary>
/// <remarks>Two functions are the same only if they are one object.</remarks>
/// <param name="name">Unique in the program.</param>
/// <param name="role">What it is for.</param>
/// <param name="parameters">The parameters, all owned by the function.</param>
/// <param name="result">Sort of the result, which the caller owns; null for a function that fills a hole instead.</param>
public sealed class Function(string name, FunctionRole role, ImmutableArray<Local> parameters, Sort? result)
{
    /// <summary>Unique in the program.</summary>
    public string Name => name;

    /// <summary>What it is for.</summary>
    public FunctionRole Role => role;

    /// <summary>The parameters, all owned by the function.</summary>
    public ImmutableArray<Local> Parameters => parameters;

    /// <summary>Sort of the result, which the caller owns; null for a function that fills a hole instead.</summary>
    public Sort? Result => result;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>The code of a function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Body">Where it starts; its parameters are those of the function.</param>
/// <param name="Labels">Further blocks, jumped to from more than one place or cut off to keep nesting flat.</param>
public sealed record Definition(Function Function, Block Body, ImmutableArray<LabelledBlock> Labels)
{
    /// <summary>The code of a function that is one block.</summary>
    public Definition(Function function, Block body) : this(function, body, []) { }

    /// <summary>All blocks, nested ones after the block that they are in.</summary>
    public IEnumerable<Block> Blocks() => Labels.Select(l => l.Body).Prepend(Body).SelectMany(b => b.Blocks());

    /// <summary>The same function with other code in each of its blocks, nested ones being the change's own business.</summary>
    public Definition Map(Func<Block, Block> change)
        => new(Function, change(Body), Labels.Select(l => l with { Body = change(l.Body) }).ToImmutableArray());

    /// <summary>The labelled blocks, each before those that it jumps to: jumps go forward only.</summary>
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

/// <summary>What a function is for.</summary>
public enum FunctionRole
{
    /// <summary>It evaluates an operation.</summary>
    Operation,
    /// <summary>It is the entry of a normalizer.</summary>
    Normalizer,
    /// <summary>It visits the terms of one sort for a normalizer.</summary>
    Visit,
    /// <summary>It builds a term of one constructor for a normalizer, or what the simplifications make of it.</summary>
    Simplify,
}
