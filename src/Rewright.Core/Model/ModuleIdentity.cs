using System.Globalization;

namespace Rewright;

/// <summary>The identity of a module's meaning: the first 128 bits of a SHA-256.</summary>
public readonly record struct ModuleIdentity(ulong Low, ulong High)
{
    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString()
        => High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);
}
