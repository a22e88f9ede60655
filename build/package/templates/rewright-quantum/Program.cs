using QuantumApplication;
using Rewright.Quantum;
using static Rewright.Quantum.Gates;

var q = Qubit.Register(2);
Circuit circuit = [H(q[0]), X(q[0]), H(q[0]), CX(q[0], q[1]), CX(q[0], q[1])];
var optimizer = new CircuitOptimizer(CircuitRuleSet.Of(CircuitRules.Module), new() { Budget = TimeSpan.Zero });
Circuit optimized = optimizer.Optimize(circuit).Circuit;
Console.WriteLine($"{circuit.Count} gates became {optimized.Count}:");
Console.Write(OpenQasm.Write(optimized));

foreach (var (bits, count) in CircuitRules.Bell(q[0], q[1]).Run(shots: 1000, seed: 1).Counts) Console.WriteLine($"{bits} {count}");
