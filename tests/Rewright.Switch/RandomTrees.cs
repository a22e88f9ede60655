using System;

namespace Rewright.Switch;

/// <summary>How much of a random tree the rules change.</summary>
public enum Mix
{
    /// <summary>Many neutral elements, constants, and subtrees that stand twice.</summary>
    Much,
    /// <summary>Variables, and operators in the places that they have in normal forms.</summary>
    Little,
}

/// <summary>What the random trees of both rule sets have in common.</summary>
internal static class RandomTrees
{
    /// <summary>The size of the left subtree, of two that together have this many nodes: about half, so that trees are not deep.</summary>
    public static int LeftSize(Random random, int size) => Math.Clamp((int)(size * (0.3 + 0.4 * random.NextDouble())), 1, size - 1);
}
