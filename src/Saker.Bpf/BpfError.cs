namespace Saker.Bpf;

/// <summary>
/// How an operation on a map, or a helper, failed: the numbers are Linux's <c>errno</c> values, which programs get negated in r0. What is not named here can still come
/// from the running kernel.
/// </summary>
public enum BpfError
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary><c>EPERM</c>: the map does not allow it, being frozen, or read-only or write-only for who asks.</summary>
    NotPermitted = 1,

    /// <summary><c>ENOENT</c>: there is no such entry.</summary>
    NotFound = 2,

    /// <summary><c>ENXIO</c>: there is no such device.</summary>
    NoDeviceOrAddress = 6,

    /// <summary><c>E2BIG</c>: the map is full, or something is too large.</summary>
    TooBig = 7,

    /// <summary><c>EBADF</c>: what should be put in is no map or program.</summary>
    BadDescriptor = 9,

    /// <summary><c>EAGAIN</c>: another time perhaps.</summary>
    TryAgain = 11,

    /// <summary><c>ENOMEM</c>: there is no room.</summary>
    NoMemory = 12,

    /// <summary><c>EACCES</c>: it is forbidden.</summary>
    AccessDenied = 13,

    /// <summary><c>EFAULT</c>: it lies outside.</summary>
    BadAddress = 14,

    /// <summary><c>EBUSY</c>: something else is at it.</summary>
    Busy = 16,

    /// <summary><c>EEXIST</c>: there is such an entry already.</summary>
    AlreadyExists = 17,

    /// <summary><c>ENODEV</c>: there is no such device.</summary>
    NoDevice = 19,

    /// <summary><c>EINVAL</c>: an argument makes no sense here.</summary>
    InvalidArgument = 22,

    /// <summary><c>ENOSPC</c>: there is no space left.</summary>
    NoSpace = 28,

    /// <summary><c>ERANGE</c>: a number is out of range.</summary>
    OutOfRange = 34,

    /// <summary><c>ELOOP</c>: it would go round and round.</summary>
    Loop = 40,

    /// <summary><c>EPROTO</c>: the protocol is another.</summary>
    WrongProtocol = 71,

    /// <summary><c>EOVERFLOW</c>: a number is larger than it may be.</summary>
    Overflow = 75,

    /// <summary><c>EOPNOTSUPP</c>: the map has no such operation.</summary>
    OperationNotSupported = 95,

    /// <summary><c>EAFNOSUPPORT</c>: addresses of that family are not known here.</summary>
    UnknownFamily = 97,

    /// <summary><c>EALREADY</c>: it has been done.</summary>
    Already = 114,

    /// <summary><c>ENOTSUPP</c>: the kernel's own number for what it does not have.</summary>
    NotSupported = 524,
}
