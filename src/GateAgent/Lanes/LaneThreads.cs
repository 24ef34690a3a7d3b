namespace GateAgent.Lanes;

/// <summary>
/// The two threads of a lane, its loop and its worker: a thread that waits for its own work is woken sooner than one that a pool
/// lends, and the pool may be busy with storage.
/// </summary>
internal static class LaneThreads
{
    /// <summary>Runs both until stopped. A defect in judging ends the loop with it: a lane that cannot judge must not look alive.
    /// </summary>
    /// <param name="loop">The loop; it returns when it is stopped.</param>
    /// <param name="judge">The worker; it throws when it is stopped.</param>
    /// <param name="stop">Ends both.</param>
    public static async Task RunAsync(Action<CancellationToken> loop, Action<CancellationToken> judge, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var judging = OnThreadAsync(() => Judge(judge, ending));
        try
        {
            await OnThreadAsync(() => loop(ending.Token));
        }
        finally
        {
            await ending.CancelAsync();
            await judging;
        }
    }

    private static Task OnThreadAsync(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Judge(Action<CancellationToken> judge, CancellationTokenSource ending)
    {
        try
        {
            judge(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return;
        }
        catch
        {
            ending.Cancel();
            throw;
        }
    }
}
