using System.CommandLine;
using System.Text.Json;
using LocalApi;
using Province.Codes;
using Province.Keys;

namespace Province.Commands;

/// <summary><c>province technician</c>: a technician's credential with its key, as <c>gatectl mode</c> takes it.</summary>
internal static class TechnicianCommand
{
    private const int SubjectSize = 16;
    private const int IdSize = 8;
    private const int Kind = 4;
    private const int RoleMax = 64;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var role = new Argument<string>("ROLE") { Description = "A role of the site document: technician, stationMaster." };
        role.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= RoleMax }) result.AddError($"A role has 1 to {RoleMax} characters.");
        });
        var seed = OptionShapes.Seed();
        var now = OptionShapes.Now();
        var hours = OptionShapes.Number("--hours", "How long it holds.", 1, 24 * 30, 12);
        var command = new Command("technician", "Prints a technician's credential and its key as JSON: keep it like a key.") { role, seed, now, hours };
        command.SetAction(result =>
        {
            var file = Issue(
                new SeededBytes(result.GetValue(seed)!), result.GetRequiredValue(role), terminal.MomentOf(result.GetValue(now)), TimeSpan.FromHours(result.GetValue(hours)));
            terminal.Out.WriteLine(JsonSerializer.Serialize(file, LocalJson.Default.TechnicianFile));
        });
        return command;
    }

    /// <summary>A credential of the home province.</summary>
    public static TechnicianFile Issue(SeededBytes seed, string role, DateTimeOffset now, TimeSpan length)
    {
        var key = SigningKey.FromSeed(seed, $"technician:{role}");
        var claims = new CodeClaims
        {
            Issuer = Authority.HomeId,
            Subject = seed.Bytes($"technician-subject:{role}", SubjectSize),
            IssuedAt = now - Skew,
            ExpiresAt = now + length,
            Id = seed.Bytes($"technician-id:{role}:{now.ToUnixTimeSeconds()}", IdSize),
            Kind = Kind,
            Role = role,

            // The last 64 bytes of a P-256 SubjectPublicKeyInfo are x and y.
            HolderKey = key.PublicKey[^64..],
        };
        return new TechnicianFile(DomesticCodeWriter.Write(claims, new Authority(seed).Home), key.PrivateKeyPem);
    }
}
