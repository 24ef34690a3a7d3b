using Province;
using Province.Documents;

namespace PowerCut.Subjects;

/// <summary>The test province's side of the subjects.</summary>
internal static class Gates
{
    /// <summary>The name of the gate that follows publications.</summary>
    public const string Name = "cut-1";

    /// <summary>The reference time of everything.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A province for one gate.</summary>
    public static ProvinceOptions Options(string seed, string? deviceKeyPem, long people) => new()
    {
        Seed = seed,
        People = people,
        Now = Now,
        Gate = Name,
        DeviceKeyPem = deviceKeyPem,
        Lanes = [LaneEntry.Parse("metro-1:turnstile:metro")],
    };
}
