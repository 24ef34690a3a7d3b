using Distribution;
using Province.Keys;
using Province.People;
using Verifier.AllowList;

namespace Province.Tests.People;

[Collection(nameof(AloneInTheProcess))]
public sealed class PopulationTests
{
    private static readonly SeededBytes Seed = new("population");
    private static readonly byte[] ListKey = Seed.Bytes("list-key:1", SubjectKey.ListKeySize);
    private static readonly Population People = new(Seed, ListKey);

    [Fact]
    public void The_same_seed_gives_the_same_people_and_another_seed_gives_others()
    {
        var again = new Population(new SeededBytes("population"), ListKey).Entries(500);
        var others = new Population(new SeededBytes("Population"), ListKey).Entries(500);

        Assert.Equal(People.Entries(500), again);
        Assert.NotEqual(People.Entries(500), others);
    }

    [Fact]
    public void Shares_of_colours_and_cards_are_about_what_is_said()
    {
        const int Count = 50_000;
        var values = Enumerable.Range(0, Count).Select(person => People.ValueOf(person)).ToList();

        Assert.InRange(Share(value => value.Colour == Colour.Green), 0.965, 0.975);
        Assert.InRange(Share(value => value.Colour == Colour.Red), 0.003, 0.007);
        foreach (var reason in Enum.GetValues<YellowReason>()[1..])
            Assert.InRange(Share(value => value.YellowReason == reason), 0.006, 0.011);
        Assert.Equal(Count * 8 / 5, People.Entries(Count).Count());

        double Share(Func<ListValue, bool> isOne) => (double)values.Count(isOne) / Count;
    }

    [Fact]
    public void A_person_and_their_card_have_one_standing()
    {
        var key = SubjectKey.Compute(ListKey, SubjectKind.Person, People.Subject(0));
        var card = SubjectKey.Compute(ListKey, SubjectKind.TransitCard, Codes.Card(Population.CardNumber(0)!));

        var entries = People.Entries(1).ToList();

        Assert.Equal([new ListEntry(key, People.ValueOf(0)), new ListEntry(card, People.ValueOf(0))], entries);
        Assert.Null(Population.CardNumber(3));
    }

    [Fact]
    public void A_million_people_pass_through_without_staying_in_memory()
    {
        const int Million = 1_000_000;
        const long LiveMax = 4_000_000;
        const long BytesPerPersonMax = 400;
        var liveBefore = GC.GetTotalMemory(forceFullCollection: true);
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var count = 0L;
        foreach (var entry in People.Entries(Million)) count += entry.Value.Colour == Colour.None ? 0 : 1;

        Assert.Equal(Million * 8L / 5, count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - liveBefore, long.MinValue, LiveMax);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocatedBefore, 0, Million * BytesPerPersonMax);
    }

    [Fact]
    public void No_person_has_the_card_of_the_cast()
    {
        const long PeopleMax = 80_000_000;
        var last = Population.CardNumber(PeopleMax - (PeopleMax % 5))!;

        Assert.True(string.CompareOrdinal(last, "3104588888888888881") < 0);
    }

    private static class Codes
    {
        public static byte[] Card(string number) => Province.Codes.CardIdentity.Identifier(number);
    }
}
