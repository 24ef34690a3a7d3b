using System.Diagnostics;

namespace Verifier.Verdicts;

/// <summary>What people see and hear for a reason. It names no colour: the person in the queue behind reads it too.</summary>
/// <param name="Zh">Chinese.</param>
/// <param name="En">English.</param>
public sealed record ReasonText(string Zh, string En)
{
    /// <summary>Greatest length of a text in characters.</summary>
    public const int LengthMax = 80;
}

/// <summary>The built-in texts. The signed policy may replace each.</summary>
public static class ReasonTexts
{
    private static readonly ReasonText Pass = new("请通行", "Please pass");
    private static readonly ReasonText Mask = new("请佩戴口罩通行", "Please pass, wear a mask");
    private static readonly ReasonText Staff = new("请稍候，工作人员马上就到", "Please wait, staff are coming");
    private static readonly ReasonText Refused = new("暂时不能进入，请致电 12345", "You cannot enter now, please call 12345");

    /// <summary>The text of a reason.</summary>
    public static ReasonText Of(Reason reason) => reason switch
    {
        Reason.Green or Reason.YellowFreedByReport or Reason.YellowAdmitted => Pass,
        Reason.YellowWithMask or Reason.ConfirmedByStaff => Mask,
        Reason.Red or Reason.YellowBarred => Refused,
        Reason.RedAtHome or Reason.YellowReferred or Reason.NotListed or Reason.OutsideScope => Staff,
        Reason.AssuranceTooLow => new("请出示健康码", "Please show your health code"),
        Reason.StaticCodeNotAccepted => new("请出示手机健康码，或找工作人员", "Please show the code on a phone, or ask staff"),
        Reason.ReportAccepted => new("报告有效，请出示健康码", "Report accepted, please show your health code"),
        Reason.ReportNotAccepted => new("报告无效，请找工作人员", "This report does not count, please ask staff"),
        Reason.StaffNotAccepted => new("此处不能由工作人员代为确认", "Staff cannot confirm here"),
        Reason.Undecodable => new("请靠近再刷一次", "Again, closer please"),
        Reason.WrongCode => new("这不是健康码，请出示健康码", "This is another code, please show the health code"),
        Reason.SignatureInvalid => new("无法核验此码，请找工作人员", "This code cannot be verified, please ask staff"),
        Reason.Expired => new("此码已过期，请刷新后再试", "This code has expired, please refresh it"),
        Reason.NotYetValid => new("此码尚未生效，请找工作人员", "This code is not valid yet, please ask staff"),
        Reason.UnknownIssuer or Reason.IssuerNotEntitled =>
            new("暂不能识别发码机构，请找工作人员", "The issuer is not known here, please ask staff"),
        Reason.NoSnapshot or Reason.SnapshotExpired or Reason.PageTampered or Reason.ClockInDoubt
            or Reason.ListUnreadable or Reason.ListTooOld =>
            new("设备暂时无法核验，请找工作人员", "This gate cannot check now, please ask staff"),
        Reason.TooLate => new("请再刷一次", "Please try again"),
        _ => throw new UnreachableException($"Reason {reason} has no text."),
    };
}
