using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rewright.Cli.Arguments;

/// <summary>The options that limit the commands that evaluate terms.</summary>
internal sealed class LimitOptions
{
    private const long Megabyte = 1 << 20;

    private readonly Option<long?> _memory = new("--max-memory")
    {
        Description = "Limit for terms, in megabytes; by default half of the free memory.",
    };
    private readonly Option<long?> _stack = new("--max-stack")
    {
        Description = "Limit for the stack, in megabytes; by default an eighth of the free memory, at most 1024.",
    };
    private readonly Option<double?> _time = new("--max-time")
    {
        Description = "Limit for one call of an operation, in seconds; by default none.",
    };

    public LimitOptions()
    {
        foreach (var option in new[] { _memory, _stack })
            option.Validators.Add(
                r =>
                {
                    if (r.Tokens.Count > 0 && r.GetValueOrDefault<long?>() is not (> 0 and < 1L << 40))
                        r.AddError(option.Name + " takes a number of megabytes, at least 1.");
                });
        _time.Validators.Add(
            r =>
            {
                if (r.Tokens.Count > 0 && r.GetValueOrDefault<double?>() is not (> 0 and < 1e9))
                    r.AddError(_time.Name + " takes a number of seconds above 0.");
            });
    }

    public void AddTo(Command command)
    {
        command.Add(_memory);
        command.Add(_stack);
        command.Add(_time);
    }

    public EvaluationLimits Read(ParseResult parse)
    {
        long free = FreeMemory();
        return EvaluationLimits.Default with
        {
            MaxHeapBytes = parse.GetValue(_memory) * Megabyte ?? Math.Max(64 * Megabyte, free / 2),
            MaxStackBytes = parse.GetValue(_stack) * Megabyte ?? Math.Clamp(free / 8, 64 * Megabyte, 1024 * Megabyte),
            Time = parse.GetValue(_time) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    /// <summary>The message of a failed evaluation, with the names of properties replaced by those of options.</summary>
    public static string MessageOf(Exception exception)
        => (exception is TimeLimitException ? exception.Message + " Raise --max-time if it needs more." : exception.Message)
        .Replace("EvaluationLimits.MaxHeapBytes", "--max-memory", StringComparison.Ordinal)
        .Replace("EvaluationLimits.MaxStackBytes", "--max-stack", StringComparison.Ordinal)
        .Replace("EvaluationLimits.Time", "--max-time", StringComparison.Ordinal);

    // The memory that this process may use (the limit of its control group, or the machine's), but no more than is free.
    private static long FreeMemory()
    {
        long most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (!OperatingSystem.IsLinux()) return most;
        try
        {
            string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is not null
                && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture,
                out long kilobytes)
                ? Math.Min(most, kilobytes << 10) : most;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return most;
        }
    }
}
