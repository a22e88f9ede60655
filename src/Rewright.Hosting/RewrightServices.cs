using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rewright.Caches;

namespace Rewright.Hosting;

/// <summary>Adds Rewright to the services of a host.</summary>
public static class RewrightServices
{
    /// <summary>
    /// Adds a <see cref="JitCompiler"/> that the whole application shares. The host disposes it and so writes pending cache entries.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The options of the compiler; null for <see cref="JitOptions.Default"/>.</param>
    public static IServiceCollection AddRewright(this IServiceCollection services, JitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(options ?? JitOptions.Default);
        services.TryAddSingleton(static provider => new JitCompiler(provider.GetRequiredService<JitOptions>()));
        return services;
    }

    /// <summary>Adds a <see cref="JitCompiler"/> whose options come from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">
    /// A section whose keys are property names of <see cref="JitOptions"/>, and <c>Profile</c>: Development, Production, Serverless or
    /// WebAssembly. The other keys override the options of the profile.
    /// </param>
    /// <exception cref="InvalidOperationException">A key or value is unknown; the message names it.</exception>
    public static IServiceCollection AddRewright(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddRewright(ReadOptions(configuration));
    }

    /// <summary>Reads options from configuration.</summary>
    /// <exception cref="InvalidOperationException">A key or value is unknown; the message names it.</exception>
    public static JitOptions ReadOptions(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = configuration["Profile"] switch
        {
            null or "" => JitOptions.Default,
            var name when name.Equals("Development", StringComparison.OrdinalIgnoreCase) => JitOptions.Development,
            var name when name.Equals("Production", StringComparison.OrdinalIgnoreCase) => JitOptions.Production,
            var name when name.Equals("Serverless", StringComparison.OrdinalIgnoreCase) => JitOptions.Serverless,
            var name when name.Equals("WebAssembly", StringComparison.OrdinalIgnoreCase) => JitOptions.WebAssembly,
            var other => throw new InvalidOperationException(
            $"Rewright:Profile can be Development, Production, Serverless or WebAssembly, not '{other}'."),
        };
        foreach (var item in configuration.GetChildren()) options = Set(options, item);
        return options;
    }

    private static JitOptions Set(JitOptions options, IConfigurationSection item) => item.Key.ToLowerInvariant() switch
    {
        "profile" => options,
        "mode" => options with { Mode = Enumeration<JitMode>(item) },
        "optimizationlevel" => options with { OptimizationLevel = (int)Number(item, 0, 3) },
        "fallbacktointerpreter" => options with { FallBackToInterpreter = Boolean(item) },
        "countrewrites" => options with { CountRewrites = Boolean(item) },
        "targetcpu" => options with { TargetCpu = item.Value },
        "maxcachedfunctions" => options with { MaxCachedFunctions = (int)Number(item, 1, int.MaxValue) },
        "usecache" => options with { UseCache = Boolean(item) },
        "cachedirectory" => options with { CacheDirectory = item.Value },
        "cache" => options with { Cache = item.GetChildren().Aggregate(options.Cache, SetCache) },
        "usebundles" => options with { UseBundles = Boolean(item) },
        "bundles" => options with { Bundles = [.. item.GetChildren().Select(c => c.Value!)] },
        "workdirectory" => options with { WorkDirectory = item.Value },
        "pipeline" => options with { Pipeline = Enumeration<JitPipeline>(item) },
        "isolateir" => options with { IsolateIr = Boolean(item) },
        "allowassembly" => options with { AllowAssembly = Boolean(item) },
        "llvmpath" => options with { LlvmPath = item.Value },
        "timelimit" => options with
        {
            TimeLimit = TimeSpan.TryParse(item.Value, CultureInfo.InvariantCulture, out var time)
        && time > TimeSpan.Zero ? time : throw Bad(item, "a time such as 00:01:00")
        },
        "recompilationlevel" => options with { RecompilationLevel = (int)Number(item, 0, 3) },
        "adaptivethreshold" => options with { AdaptiveThreshold = Number(item, 0, long.MaxValue) },
        _ => throw new InvalidOperationException($"Rewright knows no option '{item.Path}'."),
    };

    private static CodeCacheOptions SetCache(CodeCacheOptions options, IConfigurationSection item) => item.Key.ToLowerInvariant() switch
    {
        "maxbytes" => options with { MaxBytes = Number(item, 1, long.MaxValue) },
        "maxentries" => options with { MaxEntries = (int)Number(item, 1, int.MaxValue) },
        _ => throw new InvalidOperationException($"Rewright knows no option '{item.Path}'."),
    };

    private static bool Boolean(IConfigurationSection item)
        => bool.TryParse(item.Value, out bool value) ? value : throw Bad(item, "true or false");

    private static long Number(IConfigurationSection item, long min, long max)
        => long.TryParse(item.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min
            && value <= max ? value : throw Bad(item, $"a number from {min} to {max}");

    private static T Enumeration<T>(IConfigurationSection item)
        where T : struct, Enum
        => Enum.TryParse<T>(item.Value, ignoreCase: true, out var value)
            && Enum.IsDefined(value) ? value : throw Bad(item, "one of " + string.Join(", ", Enum.GetNames<T>()));

    private static InvalidOperationException Bad(IConfigurationSection item, string expected)
        => new($"{item.Path} must be {expected}, not '{item.Value}'.");
}
