using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Build;
using Rewright.Caches;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Bundles, shipments and results of shared caches that were changed, or signed by others. None of their code may run, and each must be
/// refused as documented.
/// </summary>
internal sealed class Forgeries : Kind
{
    private const string Action = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly JitCompiler _jit = new(
        new JitOptions { UseCache = false, UseBundles = false, FallBackToInterpreter = false, OptimizationLevel = 1 });
    private readonly byte[] _shipment, _bundle, _result;
    private readonly ECDsa _trusted = ECDsa.Create(ECCurve.NamedCurves.nistP256), _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Forgeries()
    {
        using var module = _jit.Compile(Sample.Get(1));
        _shipment = _jit.Export(module, s_key);
        Prewarming.WriteBundle([Sample.Get(1), Sample.Get(2)], At("whole.rwb"), new JitOptions { OptimizationLevel = 1 });
        _bundle = File.ReadAllBytes(At("whole.rwb"));
        _result = Result(Action).Sign(_trusted);
    }

    public override void Run(Random random)
    {
        switch (random.Next(3))
        {
            case 0: Import(random); break;
            case 1: Open(random); break;
            default: Believe(random); break;
        }
    }

    public override void Dispose()
    {
        _jit.Dispose();
        _trusted.Dispose();
        _other.Dispose();
        base.Dispose();
    }

    private void Import(Random random)
    {
        byte[] forged = Mutation.Of(_shipment, random);
        // An owner of the key can sign nonsense too, which must also give the promised error, because nothing in it fits.
        bool isSigned = random.Next(2) == 0 && forged.Length > 32;
        bool isWhole = forged.AsSpan().SequenceEqual(_shipment);
        if (isSigned) HMACSHA256.HashData(s_key, forged.AsSpan(0, forged.Length - 32)).CopyTo(forged.AsSpan(forged.Length - 32));
        try
        {
            using var module = _jit.Import(forged, s_key);
            Promise(isWhole || isSigned, "a changed shipment was imported");
            if (isWhole) Sample.Ask(module, 1, random);
            Count("shipments-whole");
        }
        catch (InvalidDataException)
        {
            Promise(!isWhole, "a whole shipment was refused");
            Count("shipments-refused");
        }
    }

    private void Open(Random random)
    {
        byte[] forged = Mutation.Of(_bundle, random);
        string path = At(random.Next().ToString("x", null) + ".rwb");
        File.WriteAllBytes(path, forged);
        using var jit = new JitCompiler(new JitOptions { Mode = JitMode.Precompiled, UseCache = false, Bundles = [path] });
        using var module = jit.Compile(Sample.Get(1));
        bool isWhole = forged.AsSpan().SequenceEqual(_bundle);
        Promise(module.Engine == (isWhole ? Engine.Native : Engine.Interpreter),
            $"of a {(isWhole ? "whole" : "changed")} bundle the engine is {module.Engine}: {module.Miss}");
        Sample.Ask(module, 1, random);
        Count(isWhole ? "bundles-whole" : "bundles-refused");
        File.Delete(path);
    }

    private void Believe(Random random)
    {
        string action = Action;
        byte[] message;
        switch (random.Next(4))
        {
            case 0: message = Result(Action).Sign(_other); break;
            // A valid signature, but for something else.
            case 1: action = Action[1..] + "0"; message = _result; break;
            case 2:
                byte[] changed = Encoding.Latin1.GetBytes(
                    Encoding.Latin1.GetString(_result).Replace(
                    "object " + Digest, "object " + Digest[1..] + "0", StringComparison.Ordinal));
                message = changed;
                break;
            default: message = Mutation.Of(_result, random); break;
        }

        try
        {
            var read = SignedObject.Read(message, action, [_trusted]);
            // The text around the signed part is not trusted, so it may be changed.
            Promise(read == Result(Action) && action == Action, "a forged result was believed: " + read);
            Count("results-unchanged");
        }
        catch (InvalidDataException)
        {
            Count("results-refused");
        }
    }

    private static readonly string Digest = new('a', 64);

    private static SignedObject Result(string action) => new(action, Digest, 1234, "19.1.7", TimeSpan.FromMilliseconds(3));
}
