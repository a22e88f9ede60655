using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Linq;

namespace Rewright.Binding;

/// <summary>Finds what is wrong with objects that an evaluation got, and names the place: <c>e.Left.Right</c>.</summary>
/// <remarks>Generated code makes it, only after an evaluation has failed.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ObjectPaths
{
    private readonly Action<object, ObjectPaths> _parts;
    // The objects on the path to the current one, each with its parts that have not been looked at.
    private readonly Stack<(string Name, object Value, Queue<(string Name, object? Value)> Parts)> _path = new();
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _onPath = new(ReferenceEqualityComparer.Instance);
    private Queue<(string, object?)> _current = new();
    private string _reading = "";

    internal ObjectPaths(Action<object, ObjectPaths> parts) => _parts = parts;

    /// <summary>Says which part is read next, so that an exception of its getter can be placed.</summary>
    public void Read(string name) => _reading = name;

    /// <summary>Adds the part that was read last.</summary>
    public void Add(object? part) => _current.Enqueue((_reading, part));

    /// <summary>Adds the items of the list that was read last.</summary>
    public void AddItems(IEnumerable? items)
    {
        if (items is null)
        {
            Add(null);
            return;
        }

        int index = 0;
        foreach (object? item in items) _current.Enqueue((_reading + "[" + index++ + "]", item));
    }

    /// <summary>Adds the items of the list that was read last. One that is not initialized is as good as null.</summary>
    public void AddItems<T>(ImmutableArray<T> items) => AddItems(items.IsDefault ? null : (IEnumerable)items);

    // Throws if something below the input can be the reason for the error: a null for a null reference, a part whose getter throws the same
    // kind of exception. A cycle ends only in an error of a limit, or in one of the look for cycles.
    internal void Look(string input, object? root, Exception error)
    {
        Enter(input, root, error);
        while (_path.TryPeek(out var top))
        {
            if (top.Parts.TryDequeue(out var part)) Enter(part.Name, part.Value, error);
            else _onPath.Remove(_path.Pop().Value);
        }
    }

    private void Enter(string name, object? value, Exception error)
    {
        if (value is null)
        {
            if (error is NullReferenceException) throw new ArgumentException(Place(name) + " is null.", error);
            return;
        }

        if (_onPath.Contains(value))
        {
            if (error is not (EvaluationException or RepeatedObjectException)) return;
            throw new ArgumentException(
                Place(name) + " is an object that contains it, " + PlaceOf(value) + ": a term has no cycle.", error);
        }

        if (!_seen.Add(value)) return;
        _current = new();
        _reading = "";
        try
        {
            _parts(value, this);
        }
        catch (UnknownObjectException)
        {
            if (error is not UnknownObjectException) return;
            throw new ArgumentException(
                Place(name) + " is of the type " + value.GetType() + ", which is no constructor of its sort.", error);
        }
        catch (Exception e)
        {
            if (e.GetType() != error.GetType()) return;
            throw new ArgumentException(Place(name) + "." + _reading + " cannot be read: " + e.Message, e);
        }

        _path.Push((name, value, _current));
        _onPath.Add(value);
    }

    /// <summary>Says that an object is of no known type.</summary>
    public static void Unknown() => throw new UnknownObjectException(null);

    private string Place(string name) => string.Join(".", _path.Reverse().Select(p => p.Name).Append(name));

    private string PlaceOf(object value)
        => string.Join(".", _path.Reverse().TakeWhile(p => !ReferenceEquals(p.Value, value)).Select(p => p.Name)
            .Append(_path.First(p => ReferenceEquals(p.Value, value)).Name));

}

/// <summary>An object is of a type that is no constructor of its sort.</summary>
internal sealed class UnknownObjectException(object? value)
    : ArgumentException("An object is of the type " + value?.GetType() + ", which is no constructor of its sort.");

/// <summary>An evaluation has come back to an object, which may be on a cycle or just shared.</summary>
internal sealed class RepeatedObjectException(string operation)
    : Exception("The evaluation of " + operation + " comes back to an object.");
