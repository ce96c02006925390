namespace Saker.Wire;

/// <summary>How far an IPv6 multicast group reaches (RFC 4291 section 2.7, RFC 7346).</summary>
public enum IPv6MulticastScope : byte
{
    /// <summary>Reserved; the kernel drops packets to such a group.</summary>
    Reserved = 0,

    /// <summary>One interface of one host.</summary>
    InterfaceLocal = 1,

    /// <summary>One link.</summary>
    LinkLocal = 2,

    /// <summary>One realm, as a protocol defines it.</summary>
    RealmLocal = 3,

    /// <summary>The smallest scope that is configured.</summary>
    AdminLocal = 4,

    /// <summary>One site.</summary>
    SiteLocal = 5,

    /// <summary>The sites of one organization.</summary>
    OrganizationLocal = 8,

    /// <summary>No limit.</summary>
    Global = 14,
}
