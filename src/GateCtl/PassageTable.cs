using LocalApi;

namespace GateCtl;

/// <summary>Passages as lines for people.</summary>
internal static class PassageTable
{
    /// <summary>The heading.</summary>
    public static void Head() =>
        Console.WriteLine($"{"at",-20} {"lane",-12} {"answer",-18} {"reason",-26} {"way",-6} {"passed",-10} {"us",8} {"reference",9}");

    /// <summary>One passage.</summary>
    public static void Row(PassageEvent passage) => Console.WriteLine(
        $"{Shared.Moment(passage.At),-20} {passage.Lane,-12} {passage.Signal,-18} {$"{passage.Reason} {passage.ReasonWord}",-26} "
        + $"{(passage.IsOpened ? "open" : "rest"),-6} {passage.Settlement ?? "-",-10} {passage.Microseconds,8} {passage.Reference,9}");
}
