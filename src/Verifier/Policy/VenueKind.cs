namespace Verifier.Policy;

/// <summary>
/// Where a gate stands, as the notice groups places. Stable numbers; the name in documents is the camel-case name.
/// It comes only from the signed site document.
/// </summary>
public enum VenueKind : byte
{
    /// <summary>Not known: nobody is admitted.</summary>
    None = 0,

    /// <summary>School, kindergarten or training institution.</summary>
    School = 1,

    /// <summary>Nursing home.</summary>
    NursingHome = 2,

    /// <summary>Welfare home.</summary>
    WelfareHome = 3,

    /// <summary>Psychiatric institution.</summary>
    PsychiatricInstitution = 4,

    /// <summary>Prison or other place of detention.</summary>
    PlaceOfDetention = 5,

    /// <summary>Wholesale produce market.</summary>
    WholesaleProduceMarket = 10,

    /// <summary>Food market.</summary>
    FoodMarket = 11,

    /// <summary>Supermarket.</summary>
    Supermarket = 12,

    /// <summary>Library.</summary>
    Library = 20,

    /// <summary>Museum.</summary>
    Museum = 21,

    /// <summary>Art gallery.</summary>
    ArtGallery = 22,

    /// <summary>Exhibition hall.</summary>
    ExhibitionHall = 23,

    /// <summary>Other indoor public venue.</summary>
    OtherIndoorVenue = 24,

    /// <summary>Cinema or theatre.</summary>
    CinemaOrTheatre = 30,

    /// <summary>Game arcade or internet café.</summary>
    GameArcade = 31,

    /// <summary>Other closed entertainment place.</summary>
    OtherClosedEntertainment = 32,

    /// <summary>Taxi.</summary>
    Taxi = 40,

    /// <summary>Ride-hailing car.</summary>
    RideHailing = 41,

    /// <summary>Bus.</summary>
    Bus = 42,

    /// <summary>Metro.</summary>
    Metro = 43,

    /// <summary>Railway station.</summary>
    RailwayStation = 44,

    /// <summary>Park.</summary>
    Park = 50,

    /// <summary>Scenic area.</summary>
    ScenicArea = 51,

    /// <summary>Residential compound.</summary>
    ResidentialCompound = 60,

    /// <summary>Office.</summary>
    Office = 61,

    /// <summary>Hospital.</summary>
    Hospital = 62,

    /// <summary>Other public place.</summary>
    OtherPublicPlace = 63,
}
