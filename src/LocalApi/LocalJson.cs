using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalApi;

/// <summary>The JSON of the control socket, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(JournalPage))]
[JsonSerializable(typeof(PassageEvent))]
[JsonSerializable(typeof(IncidentPage))]
[JsonSerializable(typeof(TracePage))]
[JsonSerializable(typeof(Challenge))]
[JsonSerializable(typeof(ModeRequest))]
[JsonSerializable(typeof(ModeAnswer))]
[JsonSerializable(typeof(TechnicianFile))]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ApiError))]
public sealed partial class LocalJson : JsonSerializerContext;
