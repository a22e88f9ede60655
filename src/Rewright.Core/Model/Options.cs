namespace Rewright;

// Options that users write in attributes: the only parts of the model that need no `using Rewright.Model`.

/// <summary>The direction in which a pattern is read.</summary>
public enum Polarity
{
    /// <summary>From source to target.</summary>
    Forward,
    /// <summary>From target to source.</summary>
    Backward,
    /// <summary>An equation. It becomes a rule only if a termination order orients it.</summary>
    Symmetric,
}

/// <summary>How to choose between rules that could both apply.</summary>
public enum RuleOrder
{
    /// <summary>Higher priority first, then the more specific source; the order of declarations has no meaning.</summary>
    Specificity,
    /// <summary>Higher priority first, then the order of declarations: the first match wins.</summary>
    Textual,
}

/// <summary>The order in which a normalizer visits a term.</summary>
public enum Strategy
{
    /// <summary>Arguments first, until no simplification applies.</summary>
    Innermost,
    /// <summary>The leftmost outermost place first, until no simplification applies.</summary>
    Outermost,
    /// <summary>Each node once, arguments first, with at most one simplification per node.</summary>
    BottomUpOnce,
}
