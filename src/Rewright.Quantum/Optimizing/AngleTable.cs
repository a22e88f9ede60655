using System;
using System.Collections.Generic;

namespace Rewright.Quantum.Optimizing;

/// <summary>Numbers angles: equal ones have the same number, so that compiled code can compare them.</summary>
internal sealed class AngleTable
{
    private readonly List<Angle> _angles = [];
    private readonly Dictionary<Angle, int> _numbers = [];
    private int[] _reduced = GC.AllocateUninitializedArray<int>(64, pinned: true);

    /// <summary>Makes a table in which the given angles, which must all differ, have the numbers from 0 on.</summary>
    public AngleTable(IEnumerable<Angle> first)
    {
        foreach (var angle in first) Add(angle);
        for (int number = 0, count = _angles.Count; number < count; number++) Reduce(number);
    }

    public Angle this[int number] => _angles[number];

    /// <summary>
    /// The number of each angle modulo 2 pi. The array is replaced when it grows, and the garbage collector never moves it.
    /// </summary>
    public int[] Reduced => _reduced;

    /// <summary>The number of an angle.</summary>
    public int Of(Angle angle)
    {
        if (_numbers.TryGetValue(angle, out int known)) return known;
        int number = Add(angle);
        Reduce(number);
        return number;
    }

    private int Add(Angle angle)
    {
        int number = _angles.Count;
        _angles.Add(angle);
        _numbers.Add(angle, number);
        if (number < _reduced.Length) return number;
        var larger = GC.AllocateUninitializedArray<int>(2 * number, pinned: true);
        _reduced.CopyTo(larger, 0);
        _reduced = larger;
        return number;
    }

    private void Reduce(int number)
    {
        var reduced = _angles[number].Modulo2Pi;
        // Two statements, because a single one would evaluate the array before it grows.
        int reducedNumber = ReferenceEquals(reduced, _angles[number]) ? number : Of(reduced);
        _reduced[number] = reducedNumber;
    }
}

/// <summary>Knows the gates that a full turn of their angle changes only by a global phase.</summary>
internal static class AnglePeriods
{
    /// <summary>True if the gate is one of them.</summary>
    public static bool IsPeriodic(Gate gate) => PhaseOf(gate, Angle.Pi * 2) is not null;

    /// <summary>
    /// The phase for which the gate at an angle plus full turns is the gate at the angle times e^(i phase); null if there is none.
    /// </summary>
    public static Angle? PhaseOf(Gate gate, Angle turns)
    {
        if (!turns.IsMultipleOfPi || !(turns.PiMultiple / 2).IsInteger) return null;
        if (gate == StandardGates.P || gate == StandardGates.U1 || gate == StandardGates.CP || gate == StandardGates.CU1) return Angle.Zero;
        return gate == StandardGates.Rz || gate == StandardGates.Rx || gate == StandardGates.Ry || gate == StandardGates.Rzz
            || gate == StandardGates.Rxx ? turns / 2 : null;
    }
}
