using System.Globalization;
using GateAgent.Lanes;

namespace GateAgent.Display;

/// <summary>Two short lines for a signal, in Chinese and in English. They name no colour and no reason: who waits behind reads
/// along.</summary>
internal static class SignalTexts
{
    /// <summary>The lines; English ones of at most 20 characters, Chinese ones of at most 10.</summary>
    /// <param name="show">The signal, with the reference or whose turn it is.</param>
    /// <param name="hotline">The number people call.</param>
    public static (string Chinese, string English) Of(Order.Show show, string hotline)
    {
        var reference = show.Reference == default ? string.Empty : show.Reference.ToString();
        var turn = string.Create(CultureInfo.InvariantCulture, $"{show.Member}/{show.People}");
        return show.Signal switch
        {
            Signal.Pass or Signal.PassAgain when show.People > 1 => ($"请依次通行 {turn}", $"Pass one by one {turn}"),
            Signal.Pass => ("请通行", "Please pass"),
            Signal.PassWithCondition => ("请戴好口罩通行", "Pass, wear a mask"),
            Signal.PassAgain => ("请通行（再次）", "Please pass (again)"),
            Signal.PassAgainWithCondition => ("戴口罩通行（再次）", "Mask, pass (again)"),
            Signal.NextMember => ($"请下一位 {turn}", $"Next, {turn}"),
            Signal.SeeStaff => ("请联系工作人员", $"See staff {reference}".TrimEnd()),
            Signal.Refused => ($"请拨打{hotline}", $"{hotline} no {reference}"),
            Signal.ReadAgain => ("请靠近再试一次", "Again, closer"),
            Signal.WrongCode => ("请出示健康码", "Show the health code"),
            Signal.ShowCode => ("请再出示健康码", "Now the health code"),
            Signal.OutOfOrder => ("请走旁边通道", "Use the next lane"),
            Signal.Free => ("请通行", "Please pass"),
            _ => ("请出示健康码或卡", "Show code or card"),
        };
    }
}
