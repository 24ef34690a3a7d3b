using System.Device.Gpio;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using CardReader;
using GateAgent.Actuation;
using GateAgent.Configuration;
using GateAgent.Health;
using GateAgent.Journal;
using GateAgent.Lanes;
using GateAgent.Tests.Actuation;
using GateAgent.Timekeeping;
using LocalApi;
using Microsoft.Extensions.Time.Testing;
using Verifier.Policy;
using Verifier.Trust;

namespace GateAgent.Tests.Lanes;

/// <summary>The loop with real actuators on a simulated chip and a real journal; only time stands still.</summary>
public sealed class LaneTests : IAsyncLifetime, IDisposable
{
    private const int Relay = 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly SimulatedGpioDriver driver = new(null);
    private readonly CancellationTokenSource stopping = new();
    private readonly ManualResetEventSlim storage = new(initialState: true);
    private readonly PassageFeed feed = new();
    private readonly GateMemory memory;
    private readonly GpioController controller;
    private readonly LaneLines lines;
    private readonly LaneActuators parts;
    private readonly Channel<PassageEvent> passages;
    private readonly PassageJournal journal;
    private readonly Lane lane;
    private Task running = Task.CompletedTask;
    private IReadOnlyList<int> incidents = [];

    public LaneTests()
    {
        controller = new GpioController(driver);
        var config = new LaneConfig { Name = "metro-1", Relay = new LineConfig { Pin = Relay } };
        lines = Held.On(controller, config);
        parts = new LaneActuators(config, lines, time);
        passages = feed.TryJoin()!;
        memory = new GateMemory(time);
        journal = PassageJournal.Open(folder.Path, feed, new HealthBoard(time), TimeProvider.System);
        var clock = new TrustedClock(time, time.GetUtcNow());
        var site = new SiteLane("metro-1", LaneKind.Turnstile, VenueKind.Metro);
        lane = new Lane(site, new LanePlan { Kind = LaneKind.Turnstile, Wired = LaneInputs.ExitRequest }, parts, journal, new HealthBoard(time), ReadSnapshot, memory, clock, time);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Without_signed_documents_people_are_sent_to_staff_and_the_relay_rests()
    {
        var show = Run();
        var presentation = Shown("someone");

        show(presentation);
        var passage = await NextAsync();

        Assert.Equal(("seeStaff", "noSnapshot", false), (passage.Signal, passage.ReasonWord, passage.IsOpened));
        Assert.False(driver.LevelOf(Relay));
        Assert.True(presentation.Payload.Span.IndexOfAnyExcept((byte)0) < 0, "The payload outlived its verdict.");
    }

    [Fact]
    public async Task A_storage_stall_sends_nobody_through_and_holds_no_loop_up()
    {
        var show = Run();
        storage.Reset();

        show(Shown("first"));
        var first = await LateAsync();
        show(Shown("second"));
        var second = await LateAsync();
        show(Shown("third"));
        var third = await LateAsync();
        storage.Set();

        Assert.All([first, second, third], passage => Assert.True(passage.Signal is "readAgain" or "seeStaff"));
        Assert.All([first, second, third], passage => Assert.Equal("tooLate", passage.ReasonWord));
        Assert.False(driver.LevelOf(Relay));

        // The worker first answers what it was asked during the stall, which nobody waits for any more.
        var after = first;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        for (var attempt = 0; after.ReasonWord == "tooLate" && !patience.IsCancellationRequested; attempt++)
        {
            show(Shown($"after {attempt}"));
            after = await SoonAsync();
        }

        Assert.Equal("noSnapshot", after.ReasonWord);
    }

    [Fact]
    public async Task An_exit_button_held_for_an_hour_opens_once_is_noted_once_and_people_are_still_answered()
    {
        var show = Run();
        var opened = 0;
        var wasOpen = false;

        lane.Post(new LaneEvent.InputChanged(LaneInputs.ExitRequest, IsActive: true));
        for (var second = 0; second < 3_600; second++)
        {
            await TakenAsync();
            var isOpen = driver.LevelOf(Relay) == true;
            if (isOpen && !wasOpen) opened++;
            wasOpen = isOpen;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await TakenAsync();
        Assert.Equal((1, false), (opened, driver.LevelOf(Relay) == true));
        show(Shown("someone"));
        Assert.Equal("noSnapshot", (await NextAsync()).ReasonWord);
        lane.Post(new LaneEvent.InputChanged(LaneInputs.ExitRequest, IsActive: false));
        lane.Post(new LaneEvent.InputChanged(LaneInputs.ExitRequest, IsActive: true));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (driver.LevelOf(Relay) != true)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await DisposeAsync();
        Assert.Equal(1, incidents.Count(static one => one == (int)Incident.ExitHeld));
    }

    [Fact]
    public async Task One_flooding_reader_does_not_starve_the_other()
    {
        var flood = lane.Connect();
        var other = lane.Connect();
        running = lane.RunAsync(stopping.Token);

        for (var count = 0; count < 200; count++) flood(Shown($"flood {count}"));
        other(Shown("someone", "other"));
        var readers = new List<string>();
        for (var count = 0; count < 4 && !readers.Contains("other"); count++)
        {
            readers.Add((await NextAsync()).Reader);
            flood(Shown($"again {count}"));
        }

        Assert.Contains("other", readers);
    }

    [Fact]
    public async Task A_held_code_is_one_passage()
    {
        var show = Run();
        show(Shown("held"));
        Assert.Equal("noSnapshot", (await NextAsync()).ReasonWord);

        for (var frame = 0; frame < 50; frame++)
        {
            time.Advance(TimeSpan.FromMilliseconds(66));
            show(Shown("held"));
            await TakenAsync();
        }

        show(Shown("another"));
        var next = await NextAsync();
        Assert.Equal(2, next.Sequence);
    }

    [Fact]
    public async Task A_loop_that_runs_answers_the_watchdog_and_one_that_does_not_run_does_not()
    {
        Assert.True(lane.TakesEvents());
        Assert.False(lane.TakesEvents());

        Run();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!lane.TakesEvents() && !patience.IsCancellationRequested) await Task.Yield();

        Assert.False(patience.IsCancellationRequested);
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        storage.Set();
        await stopping.CancelAsync();
#pragma warning disable VSTHRD003 // this test's own method started it
        await running;
#pragma warning restore VSTHRD003
        await lane.DisposeAsync();
        await journal.DisposeAsync();
        if (Directory.Exists(folder.Path))
            incidents = [.. JournalReader.ReadIncidents(journal.Path, new JournalQuery(null, null, null, JournalReader.LimitMax)).Select(static one => one.Incident)];
        Dispose();
    }

    public void Dispose()
    {
        parts.Dispose();
        lines.Dispose();
        memory.Dispose();
        controller.Dispose();
        driver.Dispose();
        stopping.Dispose();
        storage.Dispose();
        if (Directory.Exists(folder.Path)) folder.Dispose();
    }

    // The file of a transit card: a number in BCD at its place, another for each text.
    private Presentation Shown(string text, string reader = "nfc")
    {
        var file = new byte[30];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        for (var index = 11; index < 20; index++) file[index] = (byte)((hash[index] % 10 * 16) + (hash[index] / 16 % 10));
        return new Presentation(reader, Carrier.TransitCard, file, time.GetTimestamp());
    }

    private TrustedSnapshot? ReadSnapshot()
    {
        storage.Wait(Patience);
        return null;
    }

    private Action<Presentation> Run()
    {
        var show = lane.Connect();
        running = lane.RunAsync(stopping.Token);
        return show;
    }

    private async Task<PassageEvent> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        return await passages.Reader.ReadAsync(patience.Token);
    }

    // The loop has looked at everything that was shown before.
    private async Task TakenAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        lane.TakesEvents();
        while (!lane.TakesEvents())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    // The lane has asked its worker once it judges; then its deadline passes.
    private async Task<PassageEvent> LateAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (lane.Now.Phase != LanePhase.Judging)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return await SoonAsync();
    }

    private async Task<PassageEvent> SoonAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var answer = passages.Reader.ReadAsync(patience.Token).AsTask();
        while (!answer.IsCompleted)
        {
            // What was shown does not grow old before the lane has looked at it.
            if (lane.Now.Phase == LanePhase.Judging) time.Advance(LaneStep.Deadline / 100);
            await Task.Yield();
        }

        return await answer;
    }
}
