using Distribution.Floor;
using Province.Keys;

namespace Distribution.Tests.Floor;

public sealed class FloorGuardTests
{
    private readonly MemoryPlace place = new() { Held = default(VersionFloor) };

    [Fact]
    public void A_board_that_has_seen_nothing_proves_its_first_set_and_remembers_it()
    {
        var guard = new FloorGuard(place);

        Take(guard, Set(5));

        Assert.True(guard.IsProven);
        Assert.Equal(FloorHealth.Well, guard.Health);
        Assert.Equal(Set(5), place.Held);
    }

    [Fact]
    public void An_older_set_is_refused_and_the_newest_is_taken_again()
    {
        place.Held = Set(5);
        var guard = new FloorGuard(place);

        var refused = Assert.Throws<RefusedException>(() => guard.Check(Set(4)));
        Assert.False(guard.IsProven);
        Assert.Equal(FloorHealth.Failed, guard.Health);
        Assert.Equal(refused.Message, guard.Text);
        Assert.Contains("timestamp 4", guard.Text, StringComparison.Ordinal);
        Take(guard, Set(5));

        Assert.True(guard.IsProven);
        Assert.Equal(string.Empty, guard.Text);
        Assert.Equal(Set(5), place.Held);
        Assert.Equal(0, place.Writes);
    }

    [Fact]
    public void A_power_cut_between_the_set_and_the_floor_is_made_good_by_the_next_start()
    {
        place.Held = Set(5);
        place.RefusesWrites = true;
        var cut = new FloorGuard(place);
        Take(cut, Set(6), isRenewed: true);
        Assert.Equal((FloorHealth.Degraded, Set(5)), (cut.Health, place.Held));

        place.RefusesWrites = false;
        var next = new FloorGuard(place);
        Take(next, Set(6));

        Assert.Equal((FloorHealth.Well, Set(6)), (next.Health, place.Held));
        Assert.True(next.IsProven);
    }

    [Fact]
    public void Without_a_place_a_set_is_proven_by_a_newly_signed_timestamp_alone()
    {
        var guard = new FloorGuard(place: null);
        Assert.Contains("no place for a version floor", guard.Text, StringComparison.Ordinal);

        Take(guard, Set(5));
        Assert.False(guard.IsProven);
        Assert.Equal(FloorHealth.Degraded, guard.Health);
        Take(guard, Set(6), isRenewed: true);
        Take(guard, Set(6));

        Assert.True(guard.IsProven);
        Assert.Equal(FloorHealth.Well, guard.Health);
    }

    [Fact]
    public void A_place_emptied_by_a_power_cut_learns_nothing_from_a_set_that_is_not_proven()
    {
        place.Held = null;
        var guard = new FloorGuard(place);

        Take(guard, Set(5));
        Assert.Null(place.Held);
        Assert.Contains("as after a power cut", guard.Text, StringComparison.Ordinal);
        Take(guard, Set(6), isRenewed: true);

        Assert.Equal(Set(6), place.Held);
        var restarted = new FloorGuard(place);
        Take(restarted, Set(6));
        Assert.True(restarted.IsProven);
    }

    [Fact]
    public void A_silent_place_is_not_written_and_counts_again_when_it_answers()
    {
        place.Held = Set(9);
        place.IsSilent = true;
        var guard = new FloorGuard(place);

        Take(guard, Set(5));
        Assert.False(guard.IsProven);
        Assert.Equal(FloorHealth.Failed, guard.Health);
        Take(guard, Set(6), isRenewed: true);
        Assert.Equal((true, FloorHealth.Degraded), (guard.IsProven, guard.Health));
        place.IsSilent = false;

        Assert.Throws<RefusedException>(() => guard.Check(Set(6)));
        Assert.False(guard.IsProven);
        Assert.Equal(Set(9), place.Held);
    }

    [Fact]
    public void A_damaged_place_is_written_anew_by_the_next_proven_set()
    {
        place.IsDamaged = true;
        var guard = new FloorGuard(place);

        Take(guard, Set(5));
        Assert.False(guard.IsProven);
        Assert.Equal(0, place.Writes);
        Take(guard, Set(6), isRenewed: true);

        Assert.Equal((FloorHealth.Well, Set(6)), (guard.Health, place.Held));
    }

    [Fact]
    public void Any_order_of_sets_power_cuts_and_old_cards_leaves_the_floor_at_most_at_the_set_and_an_old_card_refused()
    {
        var seed = new SeededBytes("floor guard");
        for (var run = 0; run < 200; run++) Play(seed.Bytes($"run {run}", 256));
    }

    // Each byte of chance is one throw.
    private static void Play(byte[] chance)
    {
        var thrown = 0;
        var board = new MemoryPlace { Held = default(VersionFloor) };
        var (published, card, newestOnCard) = (1, 0, 0);
        var images = new List<int>();
        var guard = new FloorGuard(board);
        for (var step = 0; step < 60; step++)
        {
            board.RefusesWrites = Below(4) == 0;
            switch (Below(5))
            {
                case 0: published++; break;
                case 1: images.Add(card); break;
                case 2 when images.Count > 0: (card, guard) = (images[Below(images.Count)], new FloorGuard(board)); break;
                case 3: guard = new FloorGuard(board); break;
                default: (card, newestOnCard) = (published, published); Take(guard, Set(card), isRenewed: true); break;
            }

            var floor = board.Held!.Value.Timestamp;
            Assert.True(floor <= newestOnCard);
            if (card == 0) continue;
            if (card < floor) Assert.Throws<RefusedException>(() => guard.Check(Set(card)));
            else Take(guard, Set(card));
            Assert.Equal(card >= floor, guard.IsProven);
        }

        int Below(int bound) => chance[thrown++] % bound;
    }

    private static VersionFloor Set(int version) => new(7, 1, version, version, 1_790_000_000 + version);

    private static void Take(FloorGuard guard, VersionFloor set, bool isRenewed = false)
    {
        guard.Check(set);
        guard.Accept(set, isRenewed);
    }
}
