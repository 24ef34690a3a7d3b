using System.Buffers.Binary;
using Distribution;
using Province.Keys;
using Verifier.AllowList;

namespace Province.People;

/// <summary>
/// People by the number, without end and without memory: person i follows from the seed. About 97 % green, 2.5 % yellow
/// of the three reasons, 0.5 % red; three of five carry a transit card.
/// </summary>
internal sealed class Population
{
    private const int SubjectSize = 16;
    private const int PerMille = 1_000;
    private const int RedPerMille = 5;
    private const int YellowPerMille = 25;
    private const int CardsPerFive = 3;
    private readonly SeededBytes seed;
    private readonly byte[] listKey;

    /// <summary>A population whose keys are made with a list key.</summary>
    public Population(SeededBytes seed, ReadOnlySpan<byte> listKey)
    {
        this.seed = seed;
        this.listKey = listKey.ToArray();
    }

    /// <summary>The list entries of people 0 to <paramref name="count"/> less one, in no order.</summary>
    public IEnumerable<ListEntry> Entries(long count)
    {
        for (var person = 0L; person < count; person++)
        {
            var value = ValueOf(person);
            yield return new ListEntry(SubjectKey.Compute(listKey, SubjectKind.Person, Subject(person)), value);
            if (CardNumber(person) is { } number)
            {
                var identifier = Codes.CardIdentity.Identifier(number);
                yield return new ListEntry(SubjectKey.Compute(listKey, SubjectKind.TransitCard, identifier), value);
            }
        }
    }

    /// <summary>The pseudonym of a person.</summary>
    public byte[] Subject(long person)
    {
        var subject = new byte[SubjectSize];
        seed.Fill("subject", person, subject);
        return subject;
    }

    /// <summary>The transit card of a person, 19 digits, or null.</summary>
    public static string? CardNumber(long person) =>
        person % 5 < CardsPerFive
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"31045{person:00000000000000}")
            : null;

    /// <summary>The standing of a person.</summary>
    public ListValue ValueOf(long person)
    {
        Span<byte> draw = stackalloc byte[sizeof(uint)];
        seed.Fill("standing", person, draw);
        var share = (int)(BinaryPrimitives.ReadUInt32BigEndian(draw) % PerMille);
        return share switch
        {
            < RedPerMille => ListValue.Of(Colour.Red),
            < RedPerMille + YellowPerMille => ListValue.Of(Colour.Yellow, (YellowReason)((share % 3) + 1)),
            _ => ListValue.Of(Colour.Green),
        };
    }
}
