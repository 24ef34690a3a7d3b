using LocalApi;
using Microsoft.AspNetCore.Http;

namespace GateAgent.Api;

/// <summary>How every question at control.sock is refused.</summary>
internal static class Refusal
{
    /// <summary>Answers with a reason in words.</summary>
    public static Task FailAsync(this HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ApiError(text), LocalJson.Default.ApiError);
    }
}
