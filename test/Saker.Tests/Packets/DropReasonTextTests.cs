using Saker.Packets;

namespace Saker.Tests.Packets;

public sealed class DropReasonTextTests
{
    [Fact]
    public void Every_reason_has_a_sentence_of_its_own()
    {
        DropReason[] reasons = Enum.GetValues<DropReason>();
        Assert.All(reasons, reason => Assert.EndsWith(".", reason.Meaning(), StringComparison.Ordinal));
        Assert.Equal(reasons.Length, reasons.Select(reason => reason.Meaning()).Append(((DropReason)0xffff).Meaning()).Distinct().Count() - 1);
    }
}
