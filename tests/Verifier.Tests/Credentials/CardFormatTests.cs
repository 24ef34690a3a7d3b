using Verifier.Credentials;

namespace Verifier.Tests.Credentials;

/// <summary>What identifies a card, by files as cards of the field hold them. Numbers are altered.</summary>
public sealed class CardFormatTests
{
    private const string Shanghai = "869820007590FFFF820520007D93847E0512E3B720180724202410160214";
    private const string Transit = "01011000FFFFFFFF020103105170010170907984201908062040123100" + "00";

    [Fact]
    public void A_city_card_is_known_by_its_city_and_its_binary_number() =>
        Assert.Equal("CityCard 20007D93847E0512E3B7", Read(Carrier.CityCard, Shanghai));

    [Fact]
    public void Cards_of_two_cities_with_the_same_number_are_two_subjects_whatever_their_digits()
    {
        // As decimal digits these differ in the first nibble alone.
        var hefei = Read(Carrier.CityCard, "869823007590FFFF8205" + "2300" + "3104588888888881" + "20180724202410160214");
        var xian = Read(Carrier.CityCard, "869873007590FFFF8205" + "7300" + "3104588888888881" + "20180724202410160214");

        Assert.StartsWith("CityCard ", hefei, StringComparison.Ordinal);
        Assert.StartsWith("CityCard ", xian, StringComparison.Ordinal);
        Assert.NotEqual(hefei, xian);
    }

    [Fact]
    public void Every_byte_of_a_city_and_a_number_makes_another_subject_or_none()
    {
        var whole = Convert.FromHexString(Shanghai);
        foreach (var at in Enumerable.Range(2, 2).Concat(Enumerable.Range(12, 8)))
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var bent = (byte[])whole.Clone();
                bent[at] ^= (byte)(1 << bit);
                Assert.NotEqual(Read(Carrier.CityCard, Shanghai), Read(Carrier.CityCard, Convert.ToHexString(bent)));
            }
        }
    }

    [Theory]
    [InlineData("869800007590FFFF820520007D93847E0512E3B720180724202410160214")]
    [InlineData("86982A007590FFFF820520007D93847E0512E3B720180724202410160214")]
    [InlineData("869840007590FFFF820520007D93847E0512E3B720180724202410160214")]
    [InlineData("869820007590FFFF82052000000000000000000020180724202410160214")]
    [InlineData("869820007590FFFF82052000FFFFFFFFFFFFFFFF20180724202410160214")]
    [InlineData("869820007590FFFF820520007D93847E0512E3B720181324202410160214")]
    [InlineData("869820007590FFFF820520007D93847E0512E3B700000000000000000000")]
    [InlineData("869820007590FFFF820520007D93847E0512E3B7201807242024101602")]
    [InlineData("869820007590FFFF820520007D93847E0512E3B72018072420241016021400")]
    public void A_city_file_of_another_layout_is_no_card(string file) => Assert.Equal("CardFile", Read(Carrier.CityCard, file));

    [Fact]
    public void A_transit_card_is_known_by_its_nineteen_digits() =>
        Assert.Equal("TransitCard 03105170010170907984", Read(Carrier.TransitCard, Transit));

    [Fact]
    public void A_transit_card_whose_first_nibble_is_used_is_no_card_and_not_another_one()
    {
        foreach (var nibble in "123456789ABCDEF")
            Assert.Equal("CardFile", Read(Carrier.TransitCard, Transit[..20] + nibble + Transit[21..]));
    }

    [Theory]
    [InlineData("0709413132333435363738", "SocialSecurityCard 413132333435363738")]
    [InlineData("07094131323334353637380000", "SocialSecurityCard 413132333435363738")]
    [InlineData("070B4131323334353637380000", "SocialSecurityCard 413132333435363738")]
    [InlineData("413132333435363738", "SocialSecurityCard 413132333435363738")]
    [InlineData("0709413132", "CardFile")]
    [InlineData("0702413132", "CardFile")]
    [InlineData("0700", "CardFile")]
    [InlineData("07", "CardFile")]
    [InlineData("0809413132333435363738", "CardFile")]
    public void A_social_security_card_is_known_by_its_number_with_and_without_the_records_tag(string record, string expected) =>
        Assert.Equal(expected, Read(Carrier.SocialSecurityCard, record));

    [Theory]
    [InlineData("04A1B2C3D4E5F6", "CardUid 04A1B2C3D4E5F6")]
    [InlineData("14A1B2C3", "CardUid 14A1B2C3")]
    [InlineData("08A1B2C3", "RandomUid")]
    [InlineData("1FA1B2C3", "RandomUid")]
    [InlineData("8804A1B2", "RandomUid")]
    [InlineData("00000000", "RandomUid")]
    [InlineData("00000000000000", "RandomUid")]
    [InlineData("FFFFFFFFFFFFFF", "RandomUid")]
    [InlineData("04A1B2", "CardFile")]
    public void A_uid_that_many_chips_may_have_names_nobody(string uid, string expected) =>
        Assert.Equal(expected, Read(Carrier.CardUid, uid));

    [Theory]
    [InlineData("green-city-card")]
    [InlineData("green-social-security-card")]
    [InlineData("green-transit-card")]
    public void Each_kind_of_listed_card_admits(string role) =>
        Assert.Equal(Verifier.Verdicts.Outcome.Admit, TestProvince.Instance.Judge(role, Verifier.Policy.VenueKind.Metro).Outcome);

    private static string Read(Carrier carrier, string hex)
    {
        if (!CredentialDecoder.TryDecode(carrier, Convert.FromHexString(hex), out var credential, out var fault)) return fault.ToString();
        var card = Assert.IsType<Credential.Card>(credential);
        return $"{card.Kind} {Convert.ToHexString(card.Number.Span)}";
    }
}
