namespace Rewright;

// What users write in attributes; the only parts of the model that they name without `using Rewright.Model`.

/// <summary>Which way a pattern is read.</summary>
public enum Polarity
{
    /// <summary>From source to target.</summary>
    Forward,
    /// <summary>From target to source.</summary>
    Backward,
    /// <summary>An equation. It becomes a rule only if a termination order orients it.</summary>
    Symmetric,
}

/// <summary>What decides between rules that could both apply.</summary>
public enum RuleOrder
{
    /// <summary>Higher priority, then the more specific source; the order of declarations means nothing.</summary>
    Specificity,
    /// <summary>Higher priority, then the order of declarations: the first match wins.</summary>
    Textual,
}

/// <summary>The order in which a normalizer visits a term.</summary>
public enum Strategy
{
    /// <summary>Arguments first, until no simplification applies.</summary>
    Innermost,
    /// <summary>The leftmost outermost place first, until no simplification applies.</summary>
    Outermost,
    /// <summary>Every node once, arguments first, at most one simplification at each node.</summary>
    BottomUpOnce,
}
