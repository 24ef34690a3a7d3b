using System.Runtime.InteropServices;
using Verifier.AllowList;
using Verifier.Credentials;
using Verifier.Policy;
using Verifier.Trust;
using Verifier.Verdicts;

namespace Verifier;

/// <summary>The steps of one judgement that need the signed documents. See <see cref="PassageVerifier"/> for the rules.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Judging
{
    // A code is made by a server and read by a gate: their clocks may differ by this much.
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromSeconds(60);

    private readonly TrustedSnapshot snapshot;
    private readonly VenueRules rules;
    private readonly Evidence earlier;
    private readonly JudgedTime now;
    private readonly JudgeTrace? trace;

    public Judging(TrustedSnapshot snapshot, VenueRules rules, Evidence earlier, JudgedTime now, JudgeTrace? trace)
    {
        this.snapshot = snapshot;
        this.rules = rules;
        this.earlier = earlier;
        this.now = now;
        this.trace = trace;
        Staleness = Staleness.Of(snapshot, now);
    }

    public Staleness Staleness { get; }

    /// <summary>A person decides, and nothing is kept.</summary>
    public static Judgement Refer(Reason reason, TrustedSnapshot? snapshot, Assurance assurance = Assurance.None) =>
        new(new Verdict(Outcome.Refer, reason, Condition.None, assurance, snapshot?.Versions ?? default), Evidence.None);

    public Judgement JudgeCard(Credential.Card card)
    {
        if (card.Assurance < rules.Assurance) return Refer(Reason.AssuranceTooLow, snapshot, card.Assurance);
        if (Staleness.Rule == StaleRule.SignedOnly) return Refer(Staleness.Reason, snapshot, card.Assurance);

        var subject = SubjectKey.Compute(snapshot.ListKey.Span, card.Kind, card.Number.Span);
        var answer = Find(card.Kind, subject);
        var judged = answer.Kind == ListAnswerKind.Listed
            ? Decide(answer.Value, subject, card.Assurance)
            : Refer(ReasonOf(answer.Kind), snapshot, card.Assurance);
        return judged with { Person = subject, Holder = subject };
    }

    public Judgement JudgeDocument(Credential.Document document)
    {
        var claims = document.Claims;
        var issuer = snapshot.Issuers.Find(document.Envelope.KeyId, claims.Issuer);
        if (issuer is null) return Refer(Reason.UnknownIssuer, snapshot);
        var isSigned = issuer.HasSigned(document.Envelope);
        trace?.Mark(JudgeStage.Signature);
        if (!isSigned) return Refer(Reason.SignatureInvalid, snapshot);

        var isTimeKnown = now.IsBelieved;
        if (!issuer.Use.HasFlag(UseOf(claims.Kind))) return Refer(Reason.IssuerNotEntitled, snapshot, Assurance.Signed);
        if ((isTimeKnown && now.Utc < issuer.From) || now.IsAfter(issuer.Until))
            return Refer(Reason.IssuerNotEntitled, snapshot, Assurance.Signed);
        if (isTimeKnown && claims.IssuedAt > now.Utc + ClockSkewMax)
            return Refer(Reason.NotYetValid, snapshot, Assurance.Signed);
        if (now.IsAfter(claims.ExpiresAt)) return Refer(Reason.Expired, snapshot, Assurance.Signed);

        // It opens nothing and is no health code.
        if (claims.Kind == DocumentKind.Technician) return Refer(Reason.WrongCode, snapshot, Assurance.Signed);
        if (Assurance.Signed < rules.Assurance) return Refer(Reason.AssuranceTooLow, snapshot, Assurance.Signed);
        return claims.Kind switch
        {
            DocumentKind.HealthCode => JudgeHealthCode(claims, issuer),
            DocumentKind.NegativeReport => JudgeReport(claims),
            DocumentKind.StaffBadge => JudgeStaffBadge(claims),
            _ => throw new System.Diagnostics.UnreachableException("DocumentKind is a closed set."),
        };
    }

    private static IssuerUse UseOf(DocumentKind kind) => kind switch
    {
        DocumentKind.HealthCode => IssuerUse.HealthCode,
        DocumentKind.NegativeReport => IssuerUse.Report,
        DocumentKind.StaffBadge => IssuerUse.Staff,
        DocumentKind.Technician => IssuerUse.Technician,
        _ => throw new System.Diagnostics.UnreachableException("DocumentKind is a closed set."),
    };

    private static Reason ReasonOf(ListAnswerKind kind) => kind switch
    {
        ListAnswerKind.NotListed => Reason.NotListed,
        ListAnswerKind.OutsideScope => Reason.OutsideScope,
        ListAnswerKind.PageTampered => Reason.PageTampered,
        _ => Reason.ListUnreadable,
    };

    private Judgement JudgeHealthCode(Claims claims, Issuer issuer)
    {
        var subject = PersonKey(claims);
        var answer = Find(SubjectKind.Person, subject);
        var isStatic = claims.Flags.HasFlag(CodeFlags.Static);
        if (isStatic && !(rules.StaticCode && answer.Value.IsStaticCodeAllowed))
            return Refer(Reason.StaticCodeNotAccepted, snapshot, Assurance.Signed);

        var standing = Standing.Of(answer, claims, issuer, snapshot.ListAsOf, Staleness.Rule);
        var holder = standing is { } known
            ? Decide(known, subject, Assurance.Signed)
            : Refer(answer.Kind is ListAnswerKind.Listed ? Staleness.Reason : ReasonOf(answer.Kind), snapshot, Assurance.Signed);
        return (claims.Members.IsEmpty ? holder : JudgeFamily(claims, holder)) with
        {
            Person = subject,
            Holder = subject,
            IsAssisted = claims.Flags.HasFlag(CodeFlags.Assisted),
        };
    }

    // All are judged before anyone passes, and the strictest answer is the answer of all: a child is never separated. The
    // code states the holder's colour alone; the others' comes from the list.
    private Judgement JudgeFamily(Claims claims, Judgement holder)
    {
        var strictest = holder;
        foreach (var member in claims.Members)
        {
            var judged = JudgeMember(SubjectKey.Compute(snapshot.ListKey.Span, SubjectKind.Person, member.Span));
            if (judged.Verdict.Outcome < strictest.Verdict.Outcome) strictest = judged;
        }

        return strictest with { People = claims.Members.Length + 1, Evidence = Evidence.None };
    }

    private Judgement JudgeMember(SubjectKey subject)
    {
        if (Staleness.Rule == StaleRule.SignedOnly) return Refer(Staleness.Reason, snapshot, Assurance.Signed);
        var answer = Find(SubjectKind.Person, subject);
        return answer.Kind == ListAnswerKind.Listed
            ? Decide(answer.Value, subject, Assurance.Signed)
            : Refer(ReasonOf(answer.Kind), snapshot, Assurance.Signed);
    }

    private Judgement JudgeReport(Claims claims)
    {
        var sampledAt = claims.SampledAt!.Value;
        var isFresh = now.IsBelieved && sampledAt <= now.Utc + ClockSkewMax
            && now.Utc - sampledAt <= snapshot.Policy.Report.Validity;
        if (!isFresh) return Refer(Reason.ReportNotAccepted, snapshot, Assurance.Signed);

        var subject = PersonKey(claims);
        if (earlier.Standing is { } standing && earlier.Subject == subject)
            return Decide(standing, subject, Assurance.Signed, sampledAt) with { Person = subject, Holder = subject };
        var awaiting = Refer(Reason.ReportAccepted, snapshot, Assurance.Signed);
        return awaiting with { Evidence = new Evidence(subject, sampledAt, null) };
    }

    // Nothing but its time ends a badge that is lost: where the time is not known, none opens, whatever the policy says of lists.
    private Judgement JudgeStaffBadge(Claims claims)
    {
        if (!now.IsBelieved) return Refer(Reason.ClockInDoubt, snapshot, Assurance.Signed);
        var judged = rules.Assisted switch
        {
            Rule.AdmitWithMask => Give(Outcome.AdmitOnCondition, Reason.ConfirmedByStaff, Assurance.Signed, Condition.Mask),
            Rule.AdmitShortStay =>
                Give(Outcome.AdmitOnCondition, Reason.ConfirmedByStaff, Assurance.Signed, Condition.ShortStay),
            _ => Refer(Reason.StaffNotAccepted, snapshot, Assurance.Signed),
        };
        return judged with { Holder = PersonKey(claims) };
    }

    private ListAnswer Find(SubjectKind kind, SubjectKey subject)
    {
        var answer = snapshot.List.Find(kind, subject);
        trace?.Mark(JudgeStage.LookUp);
        return answer;
    }

    private SubjectKey PersonKey(Claims claims) =>
        SubjectKey.Compute(snapshot.ListKey.Span, SubjectKind.Person, claims.Subject.Span);

    private Judgement Decide(ListValue standing, SubjectKey subject, Assurance assurance, DateTimeOffset? report = null)
    {
        report ??= earlier.Subject == subject ? earlier.ReportSampledAt : null;
        return standing.Colour switch
        {
            Colour.Green => Give(Outcome.Admit, Reason.Green, assurance),
            Colour.Red when rules.Red == Rule.Refuse => Give(Outcome.Refuse, Reason.Red, assurance),
            Colour.Red => Refer(Reason.RedAtHome, snapshot, assurance),
            Colour.Yellow when report is not null && snapshot.Policy.Report.Frees(standing.YellowReason) =>
                Give(Outcome.Admit, Reason.YellowFreedByReport, assurance),
            Colour.Yellow => DecideYellow(standing, assurance) with { Evidence = new Evidence(subject, null, standing) },
            _ => Refer(Reason.ListUnreadable, snapshot, assurance),
        };
    }

    private Judgement DecideYellow(ListValue standing, Assurance assurance) =>
        rules.Yellow(standing.YellowReason) switch
        {
            Rule.Admit => Give(Outcome.Admit, Reason.YellowAdmitted, assurance),
            Rule.AdmitWithMask => Give(Outcome.AdmitOnCondition, Reason.YellowWithMask, assurance, Condition.Mask),
            Rule.Refer => Refer(Reason.YellowReferred, snapshot, assurance),
            _ => Give(Outcome.Refuse, Reason.YellowBarred, assurance),
        };

    private Judgement Give(Outcome outcome, Reason reason, Assurance assurance, Condition condition = Condition.None) =>
        new(new Verdict(outcome, reason, condition, assurance, snapshot.Versions), Evidence.None);
}
